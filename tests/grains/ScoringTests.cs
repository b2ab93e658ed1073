using Engage.Contracts;
using Engage.Contracts.Recommending;

namespace Engage.Grains.Tests;

public sealed class ScoringTests
{
    [Fact]
    public async Task ConcurrentRequestsEachGetTheirOwnRanking()
    {
        const int contents = 40;
        await using var platform = await TestPlatform.StartAsync(("Scoring:MaxBatchSize", "7"));
        await platform.CreateContentsAsync(contents);
        var scoring = platform.Grains.GetGrain<IScoringGrain>("test");

        var rankings = await Task.WhenAll(Enumerable.Range(1, contents).Select(async only =>
        {
            // Everything but one content is excluded, so that an answer says whose it is.
            var excluded = Enumerable.Range(1, contents).Where(i => i != only).Select(i => $"c-{i}");
            var ranking = await scoring.RankAsync(Excluding(excluded), CancellationToken.None);
            return (only, ranking);
        }));

        Assert.All(rankings, each => Assert.Equal(
            [$"c-{each.only}"], each.ranking.Contents.Select(content => content.Content.Value)));
    }

    [Fact]
    public async Task RequestsBeyondTheQueueAreAnsweredBusyAndTheOthersRanked()
    {
        await using var platform = await TestPlatform.StartAsync(("Scoring:MaxQueueLength", "1"));
        await platform.CreateContentsAsync(40);
        var scoring = platform.Grains.GetGrain<IScoringGrain>("test");

        var rankings = await Task.WhenAll(Enumerable.Range(0, 500).Select(async _ =>
        {
            try
            {
                return await scoring.RankAsync(Excluding([]), CancellationToken.None);
            }
            catch (BusyException)
            {
                return null;
            }
        }));

        var ranked = rankings.OfType<Ranking>().ToArray();
        Assert.InRange(ranked.Length, 1, rankings.Length - 1);
        Assert.All(ranked, ranking => Assert.Equal(10, ranking.Contents.Length));
    }

    [Fact]
    public async Task FullQueueIsAnsweredBusy()
    {
        await using var platform = await TestPlatform.StartAsync(("Scoring:MaxQueueLength", "0"));

        var busy = await Assert.ThrowsAsync<BusyException>(() =>
            platform.Grains.GetGrain<IScoringGrain>("test").RankAsync(Excluding([]), CancellationToken.None));

        Assert.True(busy.RetryAfter > TimeSpan.Zero);
    }

    private static RankingRequest Excluding(IEnumerable<string> contents) =>
        new(new([], [], [], [.. contents], []), 10);
}
