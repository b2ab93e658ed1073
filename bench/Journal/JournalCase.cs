using System.Diagnostics;
using Engage.LoadGen.Measure;

namespace Engage.Bench.Journal;

/// <summary>One database and one number of appenders: all that was measured of it, run after run.</summary>
internal sealed class JournalCase(BenchDatabase database, int appenders)
{
    private const string Autocommit = "autocommit", FileAndFsyncPeer = "fileAndFsync", Copy = "copy";
    private readonly List<Measured> _ours = [];
    private readonly Dictionary<string, List<Measured>> _peers = [];

    private string Name => appenders == 1 ? $"{database.Name}, 1 appender" : $"{database.Name}, {appenders} appenders";

    /// <summary>Ours, and at once the peers beside it: what the machine does meanwhile befalls all.</summary>
    public async Task RunAsync(Pace pace, bool keep, CancellationToken cancellation)
    {
        Measured ours;
        await using (var scene = new JournalScene(database))
            ours = await AppenderLoad.RunAsync(scene.Journal, scene.Groups, appenders, pace, cancellation);

        var groupRows = Math.Max(1, (int)Math.Round(ours.GroupRows));
        var peers = new Dictionary<string, Measured>();
        using (var table = database.CreatePeerTable())
        {
            // The table an INSERT finds is as long as the journal has become.
            var loaded = Load(table, Math.Max(ours.Rows, pace.LoadRowsMin));
            if (table.LoadsByCopy) peers.Add(Copy, loaded);
            peers.Add(Autocommit, SyncLoop.Run((number, _) => table.Insert(number), loaded.Rows, 1, pace));
        }
        peers.Add(FileAndFsyncPeer, FileAndFsync.Run(database.Folder, groupRows, pace));

        cancellation.ThrowIfCancellationRequested();
        if (keep) Keep(ours, peers);
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
