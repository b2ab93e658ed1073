using Engage.Contracts.Recommending;
using Engage.Grains.Scoring;
using Engage.Recommend;
using Engage.Testing;

namespace Engage.Grains.Tests;

public sealed class ScoringQueueTests
{
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);
    private readonly FakeTimeProvider _time = new();
    private readonly List<PendingRanking> _batch = [];

    [Fact]
    public void InteractiveRequestsGoFirstAndTheBackgroundStillMoves()
    {
        var queue = Queue(batch: 16);
        for (var i = 0; i < 10; i++) Add(queue, RankingPriority.Background);
        for (var i = 0; i < 20; i++) Add(queue, RankingPriority.Interactive);

        queue.Take(_batch);

        Assert.Equal(16, _batch.Count);
        Assert.Equal(2, _batch.Count(request => request.Priority == RankingPriority.Background));
        Assert.Equal(RankingPriority.Interactive, _batch[0].Priority);
    }

    [Fact]
    public void BackgroundFillsHalfAndNeverKeepsAnInteractiveRequestOut()
    {
        var queue = Queue(length: 4);

        var background = Enumerable.Range(0, 4).Count(_ => Add(queue, RankingPriority.Background));
        var interactive = Enumerable.Range(0, 4).Count(_ => Add(queue, RankingPriority.Interactive));

        Assert.Equal((2, 2, 4), (background, interactive, queue.Count));
    }

    [Fact]
    public void IdleQueueAnswersTheFirstRequestAtOnce()
    {
        var queue = Queue(linger: Hour);
        Add(queue);

        queue.Take(_batch);

        Assert.Single(_batch);
    }

    [Fact]
    public void FullBatchIsTakenBeforeTheLingerExpires()
    {
        var queue = Queue(batch: 4, linger: Hour);
        queue.Answered(64);
        for (var i = 0; i < 5; i++) Add(queue);

        queue.Take(_batch);

        Assert.Equal((4, 1), (_batch.Count, queue.Count));
    }

    [Fact]
    public async Task UnderLoadABatchLingersForAsManyAsTheLastOneHad()
    {
        var queue = Queue(linger: Hour);
        queue.Answered(2);
        Add(queue);

        var taking = Task.Run(() => queue.Take(_batch));
        Add(queue);
        await taking;

        Assert.Equal(2, _batch.Count);
    }

    [Fact]
    public async Task LingerEndsAndTheNextBatchExpectsLess()
    {
        var queue = Queue(linger: TimeSpan.FromSeconds(1));
        queue.Answered(3);
        Add(queue);

        var taking = Task.Run(() => queue.Take(_batch));
        _time.Advance(TimeSpan.FromSeconds(2));
        await taking;

        Assert.Single(_batch);
        Assert.Equal(1, BatchPacing.Expected(1, TimeSpan.Zero, new()));
    }

    [Theory]
    [InlineData(1, 0, 1)]
    [InlineData(8, 0, 8)]
    [InlineData(8, 2, 1)]
    [InlineData(100, 0, 16)]
    public void LingeringIsForLoadThatWasThereJustNow(int lastBatch, int sinceMs, int expected)
    {
        var options = new ScoringOptions { MaxBatchSize = 16, BatchLingerDelay = TimeSpan.FromMilliseconds(1) };

        Assert.Equal(expected, BatchPacing.Expected(lastBatch, TimeSpan.FromMilliseconds(sinceMs), options));
    }

    [Fact]
    public void CallerWhoHasGoneTakesNoPlaceInABatch()
    {
        var queue = Queue(batch: 1);
        using var cancellation = new CancellationTokenSource();
        Add(queue, cancellation: cancellation.Token);
        Add(queue);

        cancellation.Cancel();
        queue.Take(_batch);

        Assert.False(Assert.Single(_batch).IsAbandoned);
    }

    [Fact]
    public async Task ClosingWakesWhoTakesAndHandsOutWhatWaits()
    {
        var queue = Queue();
        var taking = Task.Run(() => queue.Take(_batch));
        queue.Close();
        Assert.False(await taking);

        Assert.False(Add(queue));
        Assert.False(queue.Take(_batch));
    }

    private ScoringQueue Queue(int batch = 16, int length = 100, TimeSpan linger = default) =>
        new(new() { MaxBatchSize = batch, MaxQueueLength = length, BatchLingerDelay = linger }, _time);

    private bool Add(
        ScoringQueue queue, RankingPriority priority = RankingPriority.Interactive,
        CancellationToken cancellation = default) =>
        queue.TryAdd(new(new(UserContext.Empty, 1, 0), priority, _time.GetTimestamp(), Hour, cancellation));
}
