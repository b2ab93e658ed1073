using Engage.Contracts;
using Engage.Contracts.Catalogue;
using Engage.Contracts.Recommending;
using Engage.Grains.Users;
using Engage.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace Engage.Grains.Tests;

public sealed class FeedWatchTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly Queue<TaskCompletionSource<Feed>> _rankings = new();
    private readonly Recorder _observer = new();
    private readonly FeedWatch _watch;

    public FeedWatchTests()
    {
        _watch = new FeedWatch((_, _) => NewRanking(), _time, NullLogger.Instance);
        _watch.Add(_observer, 10);
    }

    [Fact]
    public void BurstOfEventsCostsTwoRankings()
    {
        for (var i = 0; i < 100; i++) _watch.Refresh();
        Assert.Single(_rankings);

        Answer(NewFeed(1, "c-1"));

        Assert.Single(_rankings);
        Answer(NewFeed(2, "c-2"));
        Assert.Empty(_rankings);
        Assert.Equal([1L, 2L], _observer.Feeds.Select(feed => feed.Version));
    }

    [Fact]
    public void ModelThatMovedWithoutChangingTheListIsNotPushed()
    {
        _watch.Refresh();
        Answer(NewFeed(1, "c-1", "c-2"));

        _watch.RefreshIfModelMoved(2);
        Answer(NewFeed(2, "c-1", "c-2"));
        _watch.RefreshIfModelMoved(3);
        Answer(NewFeed(3, "c-2", "c-1"));

        Assert.Equal([1L, 3L], _observer.Feeds.Select(feed => feed.Version));
    }

    [Fact]
    public void WatcherWhoDoesNothingIsPushedWhatOthersChanged()
    {
        _watch.RefreshIfModelMoved(5);
        Answer(NewFeed(5, "c-3"));

        Assert.Equal([5L], _observer.Feeds.Select(feed => feed.Version));
    }

    [Fact]
    public void WatchThatIsNotRenewedExpires()
    {
        _time.Advance(IUserGrain.WatchLifetime + TimeSpan.FromSeconds(1));

        _watch.Refresh();

        Assert.Empty(_rankings);
    }

    [Fact]
    public void BusyScoringSkipsOnePushAndNoMore()
    {
        _watch.Refresh();
        _rankings.Dequeue().SetException(new BusyException("full", TimeSpan.FromSeconds(1)));

        _watch.Refresh();
        Answer(NewFeed(2, "c-1"));

        Assert.Equal([2L], _observer.Feeds.Select(feed => feed.Version));
    }

    [Fact]
    public void MissedPushIsMadeGoodThoughNothingMoved()
    {
        _watch.Refresh();
        Answer(NewFeed(1, "c-1"));
        _watch.Refresh();
        _rankings.Dequeue().SetException(new TimeoutException());

        _watch.RefreshIfModelMoved(1);
        Answer(NewFeed(1, "c-1"));
        _watch.RefreshIfModelMoved(1);

        Assert.Equal(2, _observer.Feeds.Count);
        Assert.Empty(_rankings);
    }

    private Task<Feed> NewRanking()
    {
        var ranking = new TaskCompletionSource<Feed>();
        _rankings.Enqueue(ranking);
        return ranking.Task;
    }

    private void Answer(Feed feed) => _rankings.Dequeue().SetResult(feed);

    private static Feed NewFeed(long version, params string[] contents) => new()
    {
        User = new UserId("u-1"),
        Version = version,
        GeneratedAt = default,
        Items = [.. contents.Select(id => new FeedItem
        {
            Content = new ContentId(id),
            Score = 1,
            Title = new LocalizedText { En = id },
            Creator = new CreatorId("k-1"),
            Community = new CommunityId("g-1"),
            ContentKind = ContentKind.Course,
            Reason = new FeedReason { Kind = FeedReasonKind.Trending },
        })],
    };

    private sealed class Recorder : IFeedObserver
    {
        public List<Feed> Feeds { get; } = [];

        public void OnFeed(Feed feed) => Feeds.Add(feed);
    }
}
