namespace Engage.Evaluation.Tests;

public sealed class PrequentialLoopTests
{
    private static readonly Interaction[] Stream =
    [
        new("u1", "a", 1, 1), new("u2", "a", 1, 2), new("u2", "b", 1, 3), new("u1", "b", 1, 4), new("u1", "a", 1, 5),
    ];

    [Fact]
    public async Task EveryEventIsAskedBeforeItIsLearned()
    {
        var recorder = new Recorder();

        await RunAsync(recorder);

        Assert.Equal(
            [
                "ask u1", "learn u1 a", "ask u2", "learn u2 a", "ask u2", "learn u2 b",
                "ask u1", "learn u1 b", "learn u1 a",
            ],
            recorder.Calls);
    }

    [Fact]
    public async Task RepeatedItemsAreLearnedButNotTested()
    {
        var rows = await RunAsync(new Recorder());

        Assert.Equal(4, rows.Single(row => row.Slice == PrequentialLoop.SliceAll).N);
    }

    [Fact]
    public async Task SlicesSplitAllTestsByWhetherTheUserIsKnown()
    {
        var rows = await RunAsync(PopularityBaseline.Plain());

        // u1 a: nothing known (miss). u2 a: only a is known (hit). u2 b: b has never been seen (miss). u1 b: hit.
        Assert.Equal(0.5, rows.Single(row => row.Slice == PrequentialLoop.SliceAll).Hr10);
        Assert.Equal((2L, 0.5), Row(rows, PrequentialLoop.SliceFirstEvents));
        Assert.Equal((2L, 0.5), Row(rows, PrequentialLoop.SliceKnownUsers));
    }

    [Fact]
    public async Task AContestantThatEntersLateIsAskedFromThenOnAndHasTheLastFifthAlone()
    {
        var recorder = new Recorder();

        var result = await PrequentialLoop.RunAsync(
            Stream, [new("late", recorder) { AsksFrom = 3 }], new(), null, CancellationToken.None);

        Assert.Equal(1, recorder.Calls.Count(call => call.StartsWith("ask", StringComparison.Ordinal)));
        Assert.Equal(5, recorder.Calls.Count(call => call.StartsWith("learn", StringComparison.Ordinal)));
        Assert.Equal([PrequentialLoop.SliceLastFifth], result.Rows.Select(row => row.Slice));
    }

    [Fact]
    public async Task TheLastFifthCountsTheTestsOfTheLastFifthOfAllEvents()
    {
        Interaction[] stream = [.. Enumerable.Range(0, 20).Select(i => new Interaction($"u{i}", "a", 1, i))];

        var result = await PrequentialLoop.RunAsync(
            stream, [new("m", PopularityBaseline.Plain())], new(), null, CancellationToken.None);

        Assert.Equal((4L, 1.0), Row(result.Rows, PrequentialLoop.SliceLastFifth));
        Assert.Equal((20L, 0.95), Row(result.Rows, PrequentialLoop.SliceAll));
    }

    [Fact]
    public async Task CurvesHaveAPointPerWindowAndTogetherHoldEveryTest()
    {
        var result = await PrequentialLoop.RunAsync(
            Stream, [new("m", PopularityBaseline.Plain())], new() { CurvePointsMax = 3 }, null,
            CancellationToken.None);

        var points = Assert.Single(result.Curves).Points;
        Assert.Equal([2, 4], points.Select(point => point.Events));
        Assert.Equal([2L, 2L], points.Select(point => point.N));
        Assert.Equal([0.5, 0.5], points.Select(point => point.Hr10));
    }

    [Fact]
    public async Task ARuleThatShowsEverybodyTheSameCoversLittleAndIsNotDiverse()
    {
        Interaction[] stream = [.. Enumerable.Range(0, 40).Select(i => new Interaction($"u{i}", $"i{i % 20}", 1, i))];

        var same = await PrequentialLoop.RunAsync(
            stream, [new("m", new Fixed(_ => ["i0"]))], new(), null, CancellationToken.None);
        var own = await PrequentialLoop.RunAsync(
            stream, [new("m", new Fixed(user => [$"i{int.Parse(user[1..]) % 20}"]))], new(), null,
            CancellationToken.None);

        Assert.Equal((0.05, 0.0), (same.Rows[0].Coverage10, same.Rows[0].Diversity10));
        Assert.Equal((1.0, 1.0), (own.Rows[0].Coverage10, own.Rows[0].Diversity10));
    }

    [Fact]
    public async Task ProgressEndsWithTheWholeStream()
    {
        var reports = new List<PrequentialProgress>();

        await PrequentialLoop.RunAsync(
            Stream, [new("m", new Recorder())], new() { ReportEveryEvents = 2 }, reports.Add, CancellationToken.None);

        Assert.Equal([2, 4, 5], reports.Select(report => report.Done));
    }

    [Fact]
    public async Task CancellingStopsTheRun()
    {
        using var source = new CancellationTokenSource();
        await source.CancelAsync();

        await Assert.ThrowsAsync<OperationCanceledException>(
            () => PrequentialLoop.RunAsync(Stream, [new("m", new Recorder())], new(), null, source.Token));
    }

    private static (long N, double Hr10) Row(IReadOnlyList<MetricRow> rows, string slice)
    {
        var row = rows.Single(r => r.Slice == slice);
        return (row.N, row.Hr10);
    }

    private static async Task<IReadOnlyList<MetricRow>> RunAsync(IPrequentialRecommender recommender) =>
        (await PrequentialLoop.RunAsync(Stream, [new("m", recommender)], new(), null, CancellationToken.None)).Rows;

    private sealed class Fixed(Func<string, string[]> list) : IPrequentialRecommender
    {
        public ValueTask<IReadOnlyList<string>> RecommendAsync(
            string user, int count, long atMs, CancellationToken cancellation) =>
            ValueTask.FromResult<IReadOnlyList<string>>(list(user));

        public ValueTask LearnAsync(Interaction interaction, CancellationToken cancellation) => ValueTask.CompletedTask;
    }

    private sealed class Recorder : IPrequentialRecommender
    {
        public List<string> Calls { get; } = [];

        public ValueTask<IReadOnlyList<string>> RecommendAsync(
            string user, int count, long atMs, CancellationToken cancellation)
        {
            Calls.Add($"ask {user}");
            return ValueTask.FromResult<IReadOnlyList<string>>([]);
        }

        public ValueTask LearnAsync(Interaction interaction, CancellationToken cancellation)
        {
            Calls.Add($"learn {interaction.User} {interaction.Item}");
            return ValueTask.CompletedTask;
        }
    }
}
