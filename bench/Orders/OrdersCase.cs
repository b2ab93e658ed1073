using Engage.Bench.Journal;
using Engage.Storage.Books;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace Engage.Bench.Orders;

/// <summary>One database and one number of callers: all that was measured of it, run after run.</summary>
internal sealed class OrdersCase(BenchDatabase database, int callers)
{
    private readonly List<Measured> _books = [];
    private readonly List<Measured> _byHand = [];
    private readonly List<Measured> _byHandConcurrent = [];

    private string Name => $"{database.Name}, {callers} caller{(callers == 1 ? "" : "s")}";

    /// <summary>One after the other, each on empty tables: what the machine does meanwhile befalls all.</summary>
    public async Task RunAsync(Pace pace, bool keep, CancellationToken cancellation)
    {
        var books = await MeasureBooksAsync(pace, cancellation);
        var byHand = await MeasureByHandAsync(1, pace, cancellation);
        var concurrent = callers == 1 ? null : await MeasureByHandAsync(callers, pace, cancellation);
        if (!keep) return;

        _books.Add(books);
        _byHand.Add(byHand);
        if (concurrent is not null) _byHandConcurrent.Add(concurrent);
    }

    public IEnumerable<BenchRow> ToRows() =>
    [
        Row("", "orders/s", measured => measured.PerSecond),
        Row(", answer p50", "ms", measured => measured.Latency.Quantile(0.5).TotalMilliseconds),
        Row(", answer p99", "ms", measured => measured.Latency.Quantile(0.99).TotalMilliseconds),
        new(
            $"{Name}, group", "rows/commit", Spread.Of(_books.Select(measured => measured.GroupRows)),
            new Dictionary<string, Spread>())
        {
            Note = "an order counts for 8 rows: entry, 4 postings, 3 documents",
        },
    ];

    private async Task<Measured> MeasureBooksAsync(Pace pace, CancellationToken cancellation)
    {
        await using var scene = new BooksScene(database);
        await scene.Books.CommitAsync(SampleOrder.TopUp, cancellation);
        var measured = await OrdersLoad.RunAsync(
            async (_, number) =>
            {
                var outcome = await scene.Books.CommitAsync(SampleOrder.Entry(number), cancellation);
                if (outcome.Result != BookResult.Written) throw new InvalidOperationException(outcome.ToString());
            },
            scene.Groups.StartOnce, callers, pace);
        var verdict = await scene.Books.VerifyAsync(null, cancellation);
        if (verdict.Fault is { } fault) throw new InvalidOperationException($"The books are damaged: {fault}");
        return measured with { GroupRows = scene.Groups.MeanRows };
    }

    private async Task<Measured> MeasureByHandAsync(int concurrency, Pace pace, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        var (kind, where) = database.CreatePlace();
        await using ByHand hand = kind == "Path"
            ? new SqliteByHand(new SqliteConnection($"Data Source={where}.db;Pooling=False"))
            : await PostgresByHand.CreateAsync(NpgsqlDataSource.Create($"{where};Maximum Pool Size=100"), concurrency);
        return await OrdersLoad.RunAsync(hand.PlaceAsync, static () => { }, concurrency, pace);
    }

    private BenchRow Row(string what, string unit, Func<Measured, double> figure)
    {
        var peers = new Dictionary<string, Spread> { ["byHand"] = Spread.Of(_byHand.Select(figure)) };
        if (_byHandConcurrent.Count > 0) peers["byHandConcurrent"] = Spread.Of(_byHandConcurrent.Select(figure));
        return new(Name + what, unit, Spread.Of(_books.Select(figure)), peers);
    }
}
