using System.Diagnostics;
using System.Text.Json;

namespace Engage.LoadGen.Load.Workers;

/// <summary>A worker in a process of its own: orders go in, reports come out.</summary>
internal sealed class WorkerProcess : IAsyncDisposable
{
    private static readonly TimeSpan EndPatience = TimeSpan.FromSeconds(10);

    private readonly Process _process;
    private readonly Task<string> _errors;

    private WorkerProcess(Process process)
    {
        _process = process;
        _errors = process.StandardError.ReadToEndAsync();
    }

    /// <param name="core">The one core that it may use; null: any.</param>
    public static WorkerProcess Start(int? core)
    {
        string[] arguments = [typeof(WorkerProcess).Assembly.Location, WorkerCommand.Name];
        return new(Process.Start(Pinning.Start("dotnet", arguments, core, start =>
        {
            start.RedirectStandardInput = true;
            start.RedirectStandardOutput = true;
            start.RedirectStandardError = true;
            start.Environment["DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS"] = "1";
            start.Environment["DOTNET_SYSTEM_NET_SOCKETS_THREAD_COUNT"] = "1";
            start.Environment["DOTNET_gcConcurrent"] = "0";
        }))!);
    }

    public int ProcessId => _process.Id;

    /// <summary>Gives an order and waits for its report.</summary>
    /// <param name="second">Hears each second of a phase.</param>
    /// <exception cref="InvalidOperationException">The worker failed; the text says why.</exception>
    public async Task<T> RunAsync<T>(Order order, Action<SecondReport>? second, CancellationToken cancellation)
        where T : Report
    {
        var line = JsonSerializer.Serialize(order, Lines.Options);
        await _process.StandardInput.WriteLineAsync(line.AsMemory(), cancellation);
        await _process.StandardInput.FlushAsync(cancellation);
        while (await _process.StandardOutput.ReadLineAsync(cancellation) is { } told)
            switch (JsonSerializer.Deserialize<Report>(told, Lines.Options))
            {
                case T report:
                    return report;
                case SecondReport report:
                    second?.Invoke(report);
                    break;
                case FailedReport failed:
                    throw new InvalidOperationException(failed.Message);
            }
        throw new InvalidOperationException($"A load worker ended in the middle of its work: {await _errors}");
    }

    public async ValueTask DisposeAsync()
    {
        _process.StandardInput.Close();
        using var patience = new CancellationTokenSource(EndPatience, TimeProvider.System);
        try
        {
            await _process.WaitForExitAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            _process.Kill();
        }

        _process.Dispose();
    }
}
