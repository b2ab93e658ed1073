using System.Diagnostics;
using Engage.LoadGen.Measure;

namespace Engage.Bench.Journal;

/// <summary>One database and one number of appenders: all that was measured of it, run after run.</summary>
internal sealed class JournalCase(BenchDatabase database, int appenders)
{
    private const string Autocommit = "autocommit", FileAndFsyncPeer = "fileAndFsync", Copy = "copy";
    private readonly List<Measured> _ours = [];
    private readonly Dictionary<string, List<Measured>> _peers = [];
    private int _groupRows;
    private bool _fileFirst = true;

    private string Name => appenders == 1 ? $"{database.Name}, 1 appender" : $"{database.Name}, {appenders} appenders";

    /// <summary>
    /// Ours and the peers one after the other: what the machine does meanwhile befalls all. Ours and the file take turns
    /// in being first, because whoever comes first finds the disk at rest.
    /// </summary>
    public async Task RunAsync(Pace pace, bool keep, CancellationToken cancellation)
    {
        _fileFirst = !_fileFirst && _groupRows > 0;
        var file = _fileFirst ? FileAndFsync.Run(database.Folder, _groupRows, pace) : null;
        var ours = await MeasureJournalAsync(pace, cancellation);
        _groupRows = Math.Max(1, (int)Math.Round(ours.GroupRows));
        file ??= FileAndFsync.Run(database.Folder, _groupRows, pace);

        var peers = new Dictionary<string, Measured> { [FileAndFsyncPeer] = file };
        MeasureTable(peers, ours.Rows, pace);
        cancellation.ThrowIfCancellationRequested();
        if (keep) Keep(ours, peers);
    }

    private async Task<Measured> MeasureJournalAsync(Pace pace, CancellationToken cancellation)
    {
        await using var scene = new JournalScene(database);
        return await AppenderLoad.RunAsync(scene.Journal, scene.Groups, appenders, pace, cancellation);
    }

    private void MeasureTable(Dictionary<string, Measured> peers, long rows, Pace pace)
    {
        using var table = database.CreatePeerTable();
        // The table an INSERT finds is as long as the journal has become.
        var loaded = Load(table, Math.Max(rows, pace.LoadRowsMin));
        if (table.LoadsByCopy) peers.Add(Copy, loaded);
        table.Settle();
        peers.Add(Autocommit, SyncLoop.Run((number, _) => table.Insert(number), loaded.Rows, 1, pace));
    }

    public IEnumerable<BenchRow> ToRows() =>
    [
        Row("", "events/s", _ => true, measured => measured.PerSecond),
        Row(", ack p50", "ms", IsWaitedFor, measured => measured.Latency.Quantile(0.5).TotalMilliseconds),
        Row(", ack p99", "ms", IsWaitedFor, measured => measured.Latency.Quantile(0.99).TotalMilliseconds),
        Row(", group", "events/fsync", _ => false, measured => measured.GroupRows),
    ];

    /// <summary>Of a COPY nobody waits for a single row.</summary>
    private static bool IsWaitedFor(string peer) => peer != Copy;

    private static Measured Load(PeerTable table, long rows)
    {
        var began = Stopwatch.GetTimestamp();
        table.Load(rows);
        var elapsed = Stopwatch.GetElapsedTime(began);
        var latency = new LatencyHistogram();
        latency.Record(elapsed);
        return new(rows / elapsed.TotalSeconds, latency, rows, rows);
    }

    private void Keep(Measured ours, Dictionary<string, Measured> peers)
    {
        _ours.Add(ours);
        foreach (var (peer, measured) in peers)
        {
            if (!_peers.TryGetValue(peer, out var all)) _peers.Add(peer, all = []);
            all.Add(measured);
        }
    }

    private BenchRow Row(string what, string unit, Func<string, bool> isPeer, Func<Measured, double> figure) => new(
        Name + what, unit, Spread.Of(_ours.Select(figure)),
        _peers.Where(peer => isPeer(peer.Key)).ToDictionary(
            peer => peer.Key, peer => Spread.Of(peer.Value.Select(figure))));
}
