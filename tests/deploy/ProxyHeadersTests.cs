using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Engage.Deploy.Tests;

/// <summary>A real nginx with the shipped settings, before nodes that say what they were told of the caller.</summary>
public sealed class ProxyHeadersTests : IDisposable
{
    private readonly OpenFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [ProgramFact("nginx")]
    public async Task StrangersAreNotBelievedAboutWhereTheyComeFrom()
    {
        await using var proxy = await Proxy.StartAsync(_folder.Path, "");

        var told = await proxy.AskAsync("https", "203.0.113.7");
        var hub = await proxy.AskAsync("https", "203.0.113.7", "hub");

        Assert.Equal("127.0.0.1 http", told);
        Assert.Equal("127.0.0.1 http", hub);
    }

    [ProgramFact("nginx")]
    public async Task TrustedTerminatorSaysThatItWasHttps()
    {
        await using var proxy = await Proxy.StartAsync(_folder.Path, "127.0.0.0/8 1;");

        var told = await proxy.AskAsync("https", "203.0.113.7");
        // What the caller had claimed stands before what the terminator has seen.
        var claimed = await proxy.AskAsync("https", "10.9.8.7, 2001:db8::7", "hub");
        var nonsense = await proxy.AskAsync("gopher", "nonsense");
        var nothing = await proxy.AskAsync(null, null);

        Assert.Equal("203.0.113.7 https", told);
        Assert.Equal("2001:db8::7 https", claimed);
        Assert.Equal("127.0.0.1 http", nonsense);
        Assert.Equal("127.0.0.1 http", nothing);
    }

    private sealed class Proxy : IAsyncDisposable
    {
        private readonly HttpListener _nodes = new();
        private readonly HttpClient _http = new();
        private readonly int _port;
        private Process? _nginx;

        private Proxy(int port) => _port = port;

        public static async Task<Proxy> StartAsync(string folder, string trusted)
        {
            var proxy = new Proxy(FreePorts());
            proxy._nodes.Prefixes.Add($"http://127.0.0.1:{proxy._port + 1}/");
            proxy._nodes.Prefixes.Add($"http://127.0.0.1:{proxy._port + 2}/");
            proxy._nodes.Start();
            _ = proxy.AnswerAsync();
            var written = await Shell.RunEngageAsync(
                $"""
                node_port={proxy._port}
                write_proxy_settings "$PWD"
                find_nginx
                printf '%s' "$nginx" > nginx.path
                """, folder);
            Assert.True(written.Code == 0, written.Output);
            await File.AppendAllTextAsync(Path.Combine(folder, "trusted-proxies.conf"), trusted);
            proxy._nginx = Process.Start(new ProcessStartInfo(
                await File.ReadAllTextAsync(Path.Combine(folder, "nginx.path")),
                ["-p", folder + "/", "-c", "nginx.conf", "-e", "stderr", "-g", "daemon off;"]));
            while (!await proxy.AnswersAsync()) Assert.False(proxy._nginx!.HasExited);
            return proxy;
        }

        /// <returns>The caller's address and scheme, as a node is told them.</returns>
        public async Task<string> AskAsync(string? scheme, string? forwarded, string path = "")
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, $"http://127.0.0.1:{_port}/{path}");
            if (scheme is not null) request.Headers.Add("X-Forwarded-Proto", scheme);
            if (forwarded is not null) request.Headers.Add("X-Forwarded-For", forwarded);
            using var answer = await _http.SendAsync(request);
            return await answer.Content.ReadAsStringAsync();
        }

        public async ValueTask DisposeAsync()
        {
            if (_nginx is { } nginx)
            {
                nginx.Kill(entireProcessTree: true);
                await nginx.WaitForExitAsync();
                nginx.Dispose();
            }
            _nodes.Close();
            _http.Dispose();
        }

        private async Task<bool> AnswersAsync()
        {
            try
            {
                await AskAsync(null, null);
                return true;
            }
            catch (HttpRequestException)
            {
                return false;
            }
        }

        private async Task AnswerAsync()
        {
            while (true)
            {
                HttpListenerContext context;
                try
                {
                    context = await _nodes.GetContextAsync();
                }
                catch (Exception closed) when (closed is HttpListenerException or ObjectDisposedException)
                {
                    return;
                }
                var headers = context.Request.Headers;
                await using var writer = new StreamWriter(context.Response.OutputStream);
                await writer.WriteAsync($"{headers["X-Forwarded-For"]} {headers["X-Forwarded-Proto"]}");
            }
        }

        /// <returns>The first of three that nobody has.</returns>
        private static int FreePorts()
        {
            while (true)
            {
                using var first = new TcpListener(IPAddress.Loopback, 0);
                first.Start();
                var port = ((IPEndPoint)first.LocalEndpoint).Port;
                if (Enumerable.Range(port + 1, 2).All(IsFree)) return port;
            }
        }

        private static bool IsFree(int port)
        {
            using var listener = new TcpListener(IPAddress.Loopback, port);
            try
            {
                listener.Start();
                return true;
            }
            catch (SocketException)
            {
                return false;
            }
        }
    }
}
