using Engage.Contracts;
using Engage.Contracts.Recommending;
using Engage.Grains.Scoring;
using Engage.Silo.Metrics;
using Engage.Testing;

namespace Engage.Grains.Tests;

public sealed class ScoringThreadsTests : IDisposable
{
    private readonly FakeTimeProvider _time = new();
    private readonly GatedBackend _backend = new();
    private readonly ScoringRig _rig;

    public ScoringThreadsTests() => _rig = new(
        new() { Threads = 1, MaxBatchSize = 8, MaxQueueLength = 8, BatchLingerDelay = TimeSpan.Zero }, _time, _backend);

    [Fact]
    public async Task RequestPastItsDeadlineIsAnsweredBusyAndNotScored()
    {
        var first = await OccupyAsync();
        var late = RankAsync(_rig.Request(2) with { Deadline = TimeSpan.FromSeconds(1) });
        var patient = RankAsync(_rig.Request(3) with { Deadline = TimeSpan.FromSeconds(60) });

        _time.Advance(TimeSpan.FromSeconds(2));
        _backend.Open();

        var busy = await Assert.ThrowsAsync<BusyException>(() => late);
        Assert.Contains("deadline of 1000 ms", busy.Message, StringComparison.Ordinal);
        Assert.True(busy.RetryAfter > TimeSpan.Zero);
        Assert.Equal(10, (await first).Contents.Length);
        Assert.Equal(10, (await patient).Contents.Length);
    }

    [Fact]
    public async Task CancelledCallerIsAnsweredAtOnceAndTheOthersAreRanked()
    {
        var first = await OccupyAsync();
        using var cancellation = new CancellationTokenSource();
        var cancelled = _rig.Scoring.RankAsync(_rig.Request(2), cancellation.Token);
        var other = RankAsync(_rig.Request(3));

        await cancellation.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => cancelled);
        Assert.False(first.IsCompleted);
        _backend.Open();
        Assert.Equal(10, (await other).Contents.Length);
    }

    [Fact]
    public async Task FullQueueIsAnsweredBusyAndDrainsAgain()
    {
        var first = await OccupyAsync();
        var waiting = Enumerable.Range(0, 8).Select(user => RankAsync(_rig.Request(user))).ToArray();

        var busy = await Assert.ThrowsAsync<BusyException>(() => RankAsync(_rig.Request(9)));
        _backend.Open();
        await Task.WhenAll([first, .. waiting]);

        Assert.Contains("8 requests wait", busy.Message, StringComparison.Ordinal);
        Assert.Equal(10, (await RankAsync(_rig.Request(9))).Contents.Length);
    }

    [Fact]
    public async Task RequestThatCannotBeRankedFailsAloneNotItsBatch()
    {
        var first = await OccupyAsync();
        var good = RankAsync(_rig.Request(2));
        // Its length is right and its content is not: found out only while the batch is scored.
        var bad = RankAsync(new(new([null!], [1], [1], [], []), 10));
        var alsoGood = RankAsync(_rig.Request(3));

        _backend.Open();

        await Assert.ThrowsAsync<ArgumentNullException>(() => bad);
        Assert.All(await Task.WhenAll(first, good, alsoGood), ranking => Assert.Equal(10, ranking.Contents.Length));
    }

    [Theory]
    [InlineData(0, 1f)]
    [InlineData(201, 1f)]
    [InlineData(10, float.NaN)]
    [InlineData(10, float.PositiveInfinity)]
    [InlineData(10, -1f)]
    public async Task ImpossibleRequestIsRefusedBeforeItWaits(int limit, float weight)
    {
        var request = new RankingRequest(new(["c-1"], [weight], [1], [], []), limit);

        await Assert.ThrowsAnyAsync<ArgumentException>(() => RankAsync(request));

        Assert.Equal(0, _backend.Passes);
    }

    [Fact]
    public async Task StopAnswersWhatWaitsAndFinishesWhatIsScored()
    {
        var first = await OccupyAsync();
        var waiting = RankAsync(_rig.Request(2));

        var stopping = Task.Run(_rig.Scoring.Dispose);
        var busy = await Assert.ThrowsAsync<BusyException>(() => waiting);
        _backend.Open();
        await stopping;

        Assert.Contains("stopping", busy.Message, StringComparison.Ordinal);
        Assert.Equal(10, (await first).Contents.Length);
    }

    [Fact]
    public async Task OperatorsSeeBatchesWaitsAndRefusals()
    {
        using var reader = new MeterReader(_rig.Meters, ["Engage.*"], seriesMax: 10);
        var first = await OccupyAsync();
        var late = RankAsync(_rig.Request(2) with { Deadline = TimeSpan.FromSeconds(1) });
        var patient = RankAsync(_rig.Request(3) with { Deadline = TimeSpan.FromSeconds(60) });
        _time.Advance(TimeSpan.FromSeconds(2));
        _backend.Open();
        await Task.WhenAll(first, patient, Assert.ThrowsAsync<BusyException>(() => late));
        _rig.Scoring.Dispose();
        await Assert.ThrowsAsync<BusyException>(() => RankAsync(_rig.Request(4)));

        var text = reader.Scrape();

        Assert.Contains("engage_scoring_batch_size_count 2\n", text, StringComparison.Ordinal);
        Assert.Contains("engage_scoring_duration_seconds_count 2\n", text, StringComparison.Ordinal);
        Assert.Contains("engage_scoring_queue_duration_seconds_count 3\n", text, StringComparison.Ordinal);
        Assert.Contains("engage_scoring_late_total 1\n", text, StringComparison.Ordinal);
        Assert.Contains("engage_scoring_busy_total 1\n", text, StringComparison.Ordinal);
        Assert.Contains("engage_scoring_queue_requests 0\n", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0, 0, "MaxBatchSize")]
    [InlineData(1, -1, "MaxQueueLength")]
    public void OptionOutOfRangeIsNamed(int batch, int queue, string name)
    {
        var options = new ScoringOptions { MaxBatchSize = batch, MaxQueueLength = queue };

        Assert.Contains(name, Assert.Throws<ArgumentException>(() => options.Checked()).Message);
    }

    public void Dispose()
    {
        _backend.Open();
        _rig.Dispose();
        _backend.Dispose();
    }

    /// <summary>Shuts the gate and waits until the thread stands in front of it with one request.</summary>
    private async Task<Task<Ranking>> OccupyAsync()
    {
        _backend.Shut();
        var first = RankAsync(_rig.Request(1));
        await _backend.ArrivalAsync();
        return first;
    }

    private Task<Ranking> RankAsync(RankingRequest request) =>
        _rig.Scoring.RankAsync(request, CancellationToken.None);
}
