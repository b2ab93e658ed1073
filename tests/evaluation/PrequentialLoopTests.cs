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

    private static Task<IReadOnlyList<MetricRow>> RunAsync(IPrequentialRecommender recommender) =>
        PrequentialLoop.RunAsync(Stream, [new("m", recommender)], new(), null, CancellationToken.None);

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
