using Engage.Contracts;
using Engage.Contracts.Recommending;
using Microsoft.Extensions.Logging;
using Orleans.Utilities;

namespace Engage.Grains.Users;

/// <summary>
/// The watchers of one user's feed. Refreshes are coalesced: while one feed is being ranked, any number of further
/// reasons to refresh become a single next one, so that a burst of events costs what the ranker can do, not what the
/// burst asks. Runs on its grain's scheduler alone.
/// </summary>
internal sealed partial class FeedWatch(
    Func<int, RankingPriority, Task<Feed>> compose, TimeProvider time, ILogger logger)
{
    private readonly ObserverManager<IFeedObserver> _observers = new(IUserGrain.WatchLifetime, logger)
    {
        GetDateTime = () => time.GetUtcNow().UtcDateTime,
    };
    private int _limit;
    private bool _refreshing;
    private bool _again;
    private bool _missed;
    private Feed? _last;

    /// <returns>True if this observer was not watching yet.</returns>
    public bool Add(IFeedObserver observer, int limit)
    {
        var before = _observers.Count;
        _limit = Math.Max(_limit, limit);
        _observers.Subscribe(observer, observer);
        return _observers.Count > before;
    }

    public void Remove(IFeedObserver observer) => _observers.Unsubscribe(observer);

    /// <summary>
    /// The user did something: push the new feed even if it reads the same, since it says what it took in.
    /// </summary>
    public void Refresh() => _ = RefreshAsync(onlyIfChanged: false);

    /// <summary>Others did something: push only what reads differently, or what was missed before.</summary>
    public void RefreshIfModelMoved(long version)
    {
        if (_missed || _last?.Version != version) _ = RefreshAsync(onlyIfChanged: !_missed);
    }

    private async Task RefreshAsync(bool onlyIfChanged)
    {
        _observers.ClearExpired();
        if (_observers.Count == 0) return;
        if (_refreshing)
        {
            _again |= !onlyIfChanged;
            return;
        }

        _refreshing = true;
        try
        {
            do
            {
                _again = false;
                // Who acted looks at her screen; what others did may come a moment later.
                var feed = await compose(
                    _limit, onlyIfChanged ? RankingPriority.Background : RankingPriority.Interactive);
                if (!onlyIfChanged || ReadsDifferently(feed)) _observers.Notify(observer => observer.OnFeed(feed));
                _last = feed;
                _missed = false;
                onlyIfChanged = false;
            }
            while (_again);
        }
        // Nobody awaits a refresh: what failed is said here and made good at the next look at the model.
#pragma warning disable CA1031
        catch (Exception exception)
#pragma warning restore CA1031
        {
            _missed = true;
            LogRefreshMissed(exception);
        }
        finally
        {
            _refreshing = false;
        }
    }

    private bool ReadsDifferently(Feed feed) =>
        _last is null
        || !feed.Items.Select(item => item.Content).SequenceEqual(_last.Items.Select(item => item.Content));

    [LoggerMessage(LogLevel.Warning, "A watched feed was not refreshed; tried again shortly")]
    private partial void LogRefreshMissed(Exception exception);
}
