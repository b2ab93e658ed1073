using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Engage.LoadGen.Load.Conducting;
using Engage.LoadGen.Load.Workers;
using Engage.LoadGen.Servers;

namespace Engage.LoadGen.Peers;

/// <summary>A peer's hub (bench/peers) in a process of its own.</summary>
internal sealed class PeerHub : IHubServer
{
    private static readonly TimeSpan StartPatience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(50);

    private readonly Process _process;
    private readonly string _dialect;
    private readonly Uri _address;
    private int _rooms;

    private PeerHub(Process process, string dialect, Uri address) =>
        (_process, _dialect, _address) = (process, dialect, address);

    public TimeSpan ProcessorTime
    {
        get
        {
            _process.Refresh();
            return _process.TotalProcessorTime;
        }
    }

    public long ResidentBytes
    {
        get
        {
            _process.Refresh();
            return _process.WorkingSet64;
        }
    }

    public static Task<IHubServer> StartSignalRAsync(int? core, CancellationToken cancellation)
    {
        var assembly = BesideThisProgram("Engage.Peer.SignalR");
        return StartAsync(
            "signalr", "dotnet", port => [assembly, "--urls", $"http://127.0.0.1:{port}"], core, cancellation);
    }

    /// <param name="folder">Of bench/peers, with its packages.</param>
    public static Task<IHubServer> StartNodeAsync(
        string dialect, string folder, int? core, CancellationToken cancellation) =>
        StartAsync(dialect, "node", port => [Path.Combine(folder, "hub.js"), $"{port}"], core, cancellation);

    public Task<LoadTarget> OpenRoomAsync(int users, CancellationToken cancellation) =>
        Task.FromResult(new LoadTarget(_dialect, _address, $"room-{++_rooms}", ["none"]));

    public async ValueTask DisposeAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private static async Task<IHubServer> StartAsync(
        string dialect, string program, Func<int, string[]> arguments, int? core, CancellationToken cancellation)
    {
        var port = FreePorts.Take();
        var process = Process.Start(Pinning.Start(program, arguments(port), core, start =>
            start.Environment["NODE_ENV"] = "production"))!;
        var hub = new PeerHub(process, dialect, new(string.Create(
            CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}")));
        var began = Stopwatch.GetTimestamp();
        while (!await AnswersAsync(port, cancellation))
        {
            if (process.HasExited || Stopwatch.GetElapsedTime(began) > StartPatience)
                throw new InvalidOperationException(
                    $"The peer '{program} {string.Join(' ', arguments(port))}' did not answer on port {port} within "
                    + $"{StartPatience.TotalSeconds} s.");
            await Task.Delay(Look, TimeProvider.System, cancellation);
        }

        return hub;
    }

    private static async Task<bool> AnswersAsync(int port, CancellationToken cancellation)
    {
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await socket.ConnectAsync(IPAddress.Loopback, port, cancellation);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    /// <summary>artifacts/.../bin/PROJECT/CONFIGURATION/PROJECT.dll: the outputs of projects are neighbours.</summary>
    private static string BesideThisProgram(string project)
    {
        var folder = new DirectoryInfo(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory));
        var file = Path.Combine(folder.Parent!.Parent!.FullName, project, folder.Name, $"{project}.dll");
        return File.Exists(file)
            ? file
            : throw new FileNotFoundException($"The peer's build output {file} is missing: build bench first.");
    }
}
