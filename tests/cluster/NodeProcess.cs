using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Engage.Cluster.Tests;

/// <summary>One node as a real process that can be killed and started again with the same settings.</summary>
internal sealed partial class NodeProcess(string assembly, Uri address, IReadOnlyDictionary<string, string> settings)
    : IAsyncDisposable
{
    private const int OutputLinesMax = 200;
    private const int SigTerm = 15;
    private static readonly TimeSpan StopPatience = TimeSpan.FromSeconds(40);
    private readonly Queue<string> _output = new();
    private Process? _process;

    /// <summary>Where it answers people, or for a silo those who watch over it.</summary>
    public Uri Address => address;

    public void Start()
    {
        var start = new ProcessStartInfo("dotnet", [assembly])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (key, value) in settings)
            start.Environment[key.Replace(":", "__", StringComparison.Ordinal)] = value;
        _process = new() { StartInfo = start };
        _process.OutputDataReceived += (_, line) => Keep(line.Data);
        _process.ErrorDataReceived += (_, line) => Keep(line.Data);
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    /// <summary>Asks <c>/readyz</c> until it is; a process that ends instead is told with its last words.</summary>
    public async Task WaitReadyAsync()
    {
        using var http = new HttpClient { BaseAddress = address };
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(2), TimeProvider.System);
        while (!await IsReadyAsync(http, patience.Token))
        {
            if (_process is null or { HasExited: true } || patience.IsCancellationRequested)
                throw new InvalidOperationException($"{assembly} did not become ready:\n{LastOutput()}");
            await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System, CancellationToken.None);
        }
    }

    /// <summary>SIGKILL: no chance to write, to say goodbye or to hand anything over.</summary>
    public async Task KillAsync()
    {
        if (_process is not { } process) return;

        process.Kill();
        await process.WaitForExitAsync();
        process.Dispose();
        _process = null;
    }

    /// <summary>SIGTERM, as a deployment does; returns the exit code.</summary>
    public async Task<int?> StopAsync()
    {
        if (_process is not { } process) return null;

        if (!process.HasExited) _ = SendSignal(process.Id, SigTerm);
        using var patience = new CancellationTokenSource(StopPatience, TimeProvider.System);
        await process.WaitForExitAsync(patience.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (!process.HasExited) process.Kill();
        await process.WaitForExitAsync(CancellationToken.None);
        var code = process.ExitCode;
        process.Dispose();
        _process = null;
        return code;
    }

    public string LastOutput()
    {
        lock (_output) return string.Join(Environment.NewLine, _output);
    }

    public async ValueTask DisposeAsync() => await KillAsync();

    private static async Task<bool> IsReadyAsync(HttpClient http, CancellationToken cancellationToken)
    {
        try
        {
            using var answer = await http.GetAsync(new Uri("/readyz", UriKind.Relative), cancellationToken);
            return answer.IsSuccessStatusCode;
        }
        catch (Exception exception) when (exception is HttpRequestException or OperationCanceledException)
        {
            return false;
        }
    }

    private void Keep(string? line)
    {
        if (line is null) return;

        lock (_output)
        {
            _output.Enqueue(line);
            if (_output.Count > OutputLinesMax) _output.Dequeue();
        }
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int SendSignal(int process, int signal);
}
