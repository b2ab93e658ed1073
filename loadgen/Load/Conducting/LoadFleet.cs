using System.Diagnostics;
using System.Globalization;
using Engage.LoadGen.Load.Workers;
using Engage.LoadGen.Measure;

namespace Engage.LoadGen.Load.Conducting;

/// <summary>Where the people of a run go, and who they are.</summary>
/// <param name="Dialect"><c>engage</c>, <c>signalr</c>, <c>socketio</c> or <c>ws</c>.</param>
/// <param name="Tokens">Used by people in turns.</param>
public sealed record LoadTarget(string Dialect, Uri Server, string Room, IReadOnlyList<string> Tokens);

/// <summary>
/// The worker processes of a run as if they were one. They live on one machine and share its monotonic clock, so that a
/// message's age can be told by whoever receives it.
/// </summary>
public sealed class LoadFleet : IAsyncDisposable
{
    private static readonly TimeSpan Lead = TimeSpan.FromMilliseconds(250);

    private readonly WorkerProcess[] _workers;
    private readonly string _folder = Directory.CreateTempSubdirectory("engage-load-").FullName;
    private readonly int _seed;

    private LoadFleet(WorkerProcess[] workers, int seed) => (_workers, _seed) = (workers, seed);

    public int Users { get; private set; }

    private string TokenFile => Path.Combine(_folder, "tokens");

    /// <param name="core">The one core that all workers may use; null: any.</param>
    public static LoadFleet Start(int workers, int seed, int? core = null) =>
        new([.. Enumerable.Range(0, workers).Select(_ => WorkerProcess.Start(core))], seed);

    /// <summary>Everybody connects and joins the room.</summary>
    /// <returns>Seconds until the last was in.</returns>
    public async Task<double> EnterAsync(
        LoadTarget target, int users, int slowUsers, double rampSeconds, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(target);
        Users = users;
        var tokens = TokenFile;
        await File.WriteAllLinesAsync(tokens, target.Tokens, cancellation);
        var reports = await Task.WhenAll(_workers.Select((worker, number) => worker.RunAsync<EnteredReport>(
            new EnterOrder(
                target.Dialect, target.Server, target.Room, tokens, users, number, _workers.Length, slowUsers,
                rampSeconds, _seed),
            null, cancellation)));
        return reports.Max(report => report.Seconds);
    }

    /// <summary>From then on people connect with these, and show them to the server where they are connected.</summary>
    public async Task RenewAsync(IReadOnlyList<string> tokens, CancellationToken cancellation)
    {
        // Whole or not at all: the workers read it while it is replaced.
        var next = $"{TokenFile}.next";
        await File.WriteAllLinesAsync(next, tokens, cancellation);
        File.Move(next, TokenFile, overwrite: true);
    }

    /// <param name="progress">Hears each second, once all workers have told theirs.</param>
    internal async Task<PhaseResult> RunAsync(
        PhaseOrder order, Action<SecondResult>? progress, CancellationToken cancellation)
    {
        var begin = Stopwatch.GetTimestamp() + (long)(Lead.TotalSeconds * Stopwatch.Frequency);
        var seconds = new SecondResults(_workers.Length, progress);
        var reports = await Task.WhenAll(_workers.Select(worker => worker.RunAsync<PhaseReport>(
            order with { Begin = begin, Seed = order.Seed + _seed }, seconds.Add, cancellation)));
        return PhaseResult.Of(reports, seconds.All);
    }

    /// <summary>Holds what everybody received, and what was acknowledged, against the log.</summary>
    /// <param name="log">All entries that everyone may see, in order; the id of each message.</param>
    internal async Task<CheckResult> CheckAsync(
        IReadOnlyList<(long Seq, Guid? Id)> log, CancellationToken cancellation)
    {
        var file = Path.Combine(_folder, "log");
        await File.WriteAllLinesAsync(
            file, log.Select(entry => entry.Seq.ToString(CultureInfo.InvariantCulture)), cancellation);
        var reports = await Task.WhenAll(_workers.Select(worker =>
            worker.RunAsync<CheckReport>(new CheckOrder(file), null, cancellation)));
        var acknowledged = new List<(Guid, long)>();
        foreach (var report in reports)
            foreach (var line in await File.ReadAllLinesAsync(report.AcknowledgedFile, cancellation))
                acknowledged.Add((
                    Guid.Parse(line.AsSpan(0, 36)), long.Parse(line.AsSpan(37), CultureInfo.InvariantCulture)));
        return CheckResult.Of(reports, acknowledged, log);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var worker in _workers)
            await worker.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }
}
