using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using Engage.LoadGen.Load.Workers;
using Engage.LoadGen.Protocol;

namespace Engage.LoadGen.Servers;

/// <summary>
/// A server of one's own: a real process on a temporary folder and a free port, which can be killed and started again
/// on the same data, and leaves nothing behind.
/// </summary>
public sealed partial class ServerProcess : IAsyncDisposable
{
    /// <summary>Environment variable with the path of Engage.Api.dll.</summary>
    public const string PathVariable = "ENGAGE_SERVER";

    private const string Assembly = "Engage.Api";
    private const int OutputLinesMax = 60;
    private const int SigTerm = 15;
    private static readonly TimeSpan StopPatience = TimeSpan.FromSeconds(20);

    private readonly string _assemblyPath;
    private readonly ServerSettings _settings;
    private readonly Queue<string> _output = new();
    private Process? _process;

    private ServerProcess(string assemblyPath, ServerSettings settings)
    {
        (_assemblyPath, _settings) = (assemblyPath, settings);
        Folder = Directory.CreateTempSubdirectory("engage-").FullName;
        Address = new($"http://127.0.0.1:{settings.Port ?? FreePorts.Take()}");
        Management = new($"http://127.0.0.1:{FreePorts.Take()}");
        Account = new("replay", Convert.ToHexString(Guid.NewGuid().ToByteArray()));
    }

    /// <summary>Where its data is.</summary>
    public string Folder { get; }

    /// <summary>Where it answers; the same after a restart.</summary>
    public Uri Address { get; }

    /// <summary>Its operators' port: metrics are on, as wherever the platform is deployed.</summary>
    public Uri Management { get; }

    /// <summary>The service account it accepts.</summary>
    public ServiceAccount Account { get; }

    /// <summary>
    /// Path of the server's assembly: from the environment, else the build output beside this program's.
    /// </summary>
    /// <returns>Null when there is none.</returns>
    public static string? FindAssembly()
    {
        if (Environment.GetEnvironmentVariable(PathVariable) is { Length: > 0 } given)
            return File.Exists(given) ? given : null;
        // artifacts/<engine>/bin/<project>/<configuration>/: the server's output is a neighbour.
        var here = Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory);
        var found = Path.Combine(here, "..", "..", Assembly, Path.GetFileName(here), Assembly + ".dll");
        return File.Exists(found) ? Path.GetFullPath(found) : null;
    }

    /// <summary>Starts a server on an empty temporary folder; it may not be ready yet.</summary>
    public static ServerProcess Start(string assemblyPath, ServerSettings? settings = null)
    {
        var server = new ServerProcess(assemblyPath, settings ?? new());
        server._settings.Key?.WriteTo(Path.Combine(server.Folder, "keys"));
        server.Start();
        return server;
    }

    /// <summary>Starts it, or starts it again after <see cref="KillAsync"/>, on the same folder and address.</summary>
    public void Start()
    {
        string[] arguments = [_assemblyPath, "--urls", Address.OriginalString];
        _process = new() { StartInfo = Pinning.Start("dotnet", arguments, _settings.Core, Configure) };
        _process.OutputDataReceived += (_, line) => Keep(line.Data);
        _process.ErrorDataReceived += (_, line) => Keep(line.Data);
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    /// <summary>Returns when it answers that it is ready.</summary>
    /// <exception cref="InvalidOperationException">It ended instead; the text has its last output.</exception>
    public async Task WaitReadyAsync(EngageClient client, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(client);
        var process = _process ?? throw new InvalidOperationException("The server is not started.");
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var ready = client.WaitReadyAsync(either.Token);
        var first = await Task.WhenAny(ready, process.WaitForExitAsync(either.Token));
        if (first == ready || cancellation.IsCancellationRequested)
        {
            await ready;
            await either.CancelAsync();
            return;
        }

        await either.CancelAsync();
        await ready.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        throw new InvalidOperationException(
            $"The server {_assemblyPath} ended with code {process.ExitCode} while starting:\n{LastOutput()}");
    }

    /// <summary>SIGKILL: the process gets no chance to write anything more.</summary>
    public async Task KillAsync()
    {
        if (_process is not { } process)
            return;
        process.Kill();
        await process.WaitForExitAsync();
        process.Dispose();
        _process = null;
    }

    /// <summary>SIGTERM, then waiting; kills a server that does not end. Returns its exit code.</summary>
    public async Task<int?> StopAsync()
    {
        if (_process is not { } process)
            return null;
        if (!process.HasExited)
            _ = SendSignal(process.Id, SigTerm);
        using var patience = new CancellationTokenSource(StopPatience, TimeProvider.System);
        try
        {
            await process.WaitForExitAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill();
            await process.WaitForExitAsync(CancellationToken.None);
        }

        var code = process.ExitCode;
        process.Dispose();
        _process = null;
        return code;
    }

    /// <summary>The last lines it wrote, for error texts.</summary>
    public string LastOutput()
    {
        lock (_output)
            return string.Join(Environment.NewLine, _output);
    }

    /// <summary>Processor time that it has used so far.</summary>
    public TimeSpan ProcessorTime
    {
        get
        {
            var process = _process ?? throw new InvalidOperationException("The server is not started.");
            process.Refresh();
            return process.TotalProcessorTime;
        }
    }

    /// <summary>Memory of it that is in RAM, in bytes.</summary>
    public long ResidentBytes
    {
        get
        {
            var process = _process ?? throw new InvalidOperationException("The server is not started.");
            process.Refresh();
            return process.WorkingSet64;
        }
    }

    /// <summary>Whether the process runs.</summary>
    public bool IsRunning => _process is { HasExited: false };

    /// <summary>Stops it and deletes its folder.</summary>
    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        Directory.Delete(Folder, recursive: true);
    }

    private void Configure(ProcessStartInfo start)
    {
        start.WorkingDirectory = Folder;
        start.RedirectStandardOutput = true;
        start.RedirectStandardError = true;
        start.Environment["Storage__Path"] = Folder;
        start.Environment["Management__Port"] = Management.Port.ToString(CultureInfo.InvariantCulture);
        // As it is shipped (deploy/local/processes.sh says why).
        start.Environment["DOTNET_ThreadPool_UnfairSemaphoreSpinLimit"] = "0";
        start.Environment["Auth__ServiceClientId"] = Account.ClientId;
        start.Environment["Auth__ServiceClientSecret"] = Account.ClientSecret;
        // Crowds come from this machine alone, and some of them all as the same few people.
        start.Environment["Hub__ConnectionsPerUser"] = start.Environment["Hub__ConnectionsPerAddress"] = "0";
        foreach (var (name, value) in _settings.Environment)
            start.Environment[name] = value;
    }

    private void Keep(string? line)
    {
        if (line is null)
            return;
        lock (_output)
        {
            _output.Enqueue(line);
            if (_output.Count > OutputLinesMax)
                _output.Dequeue();
        }
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int SendSignal(int process, int signal);
}
