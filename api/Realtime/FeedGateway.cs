using System.Collections.Concurrent;
using Engage.Api.Actors;
using Engage.Contracts;
using Engage.Contracts.Recommending;
using Microsoft.AspNetCore.SignalR;

namespace Engage.Api.Realtime;

/// <summary>
/// This node's one observer of feeds: user grains call it, it fans out to the connections that watch. A user grain
/// learns of the node, not of its connections. Feeds are states, not facts: if a connection is slow, the newest feed
/// replaces the waiting one.
/// </summary>
internal sealed partial class FeedGateway(
    IGrainFactory grains, IHubContext<EngageHub> hub, TimeProvider time, ILogger<FeedGateway> logger)
    : BackgroundService, IFeedObserver
{
    /// <summary>
    /// How often watches are renewed: how long the watchers of a user whose actor moved are without pushes at most. The
    /// actor pushes its feed at once when it learns of a watcher that it did not know.
    /// </summary>
    private static readonly TimeSpan RenewPeriod = TimeSpan.FromSeconds(10);

    private readonly ConcurrentDictionary<UserId, FeedAudience> _audiences = [];
    private readonly Lock _membership = new();
    private IFeedObserver? _reference;

    private IFeedObserver Reference => _reference ??= grains.CreateObjectReference<IFeedObserver>(this);

    /// <returns>The current feed; later ones are pushed as <c>recommendations</c>.</returns>
    public async Task<Feed> WatchAsync(UserId user, string connectionId, int limit, CancellationToken cancellationToken)
    {
        // Calls leave under the lock, so that they reach the grain in the order of joining and leaving.
        Task<Feed> watching;
        lock (_membership)
        {
            var audience = _audiences.GetOrAdd(user, _ => new FeedAudience());
            audience.Join(connectionId, limit);
            watching = grains.GetGrain<IUserGrain>(user.Value)
                .WatchFeedAsync(Reference, audience.LimitMax, cancellationToken);
        }
        return FeedAudience.Cut(await watching, limit);
    }

    public async Task UnwatchAsync(UserId user, string connectionId)
    {
        Task leaving;
        lock (_membership)
        {
            if (!_audiences.TryGetValue(user, out var audience)) return;

            audience.Leave(connectionId);
            if (!audience.IsEmpty) return;
            _audiences.TryRemove(user, out _);
            leaving = grains.GetGrain<IUserGrain>(user.Value).UnwatchFeedAsync(Reference);
        }
        await leaving;
    }

    public void OnFeed(Feed feed)
    {
        if (_audiences.TryGetValue(feed.User, out var audience) && audience.Offer(feed))
            _ = SendAsync(feed.User, audience);
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Renewals.RunAsync(
        () => _audiences, entry => RenewAsync(entry.Key, entry.Value), RenewPeriod, time, stoppingToken);

    private async Task RenewAsync(UserId user, FeedAudience audience)
    {
        try
        {
            await grains.GetGrain<IUserGrain>(user.Value).RenewWatchAsync(Reference, audience.LimitMax);
        }
        // Whatever stands in the way of one user's watch, the others' go on; the next round tries again.
#pragma warning disable CA1031
        catch (Exception exception)
#pragma warning restore CA1031
        {
            LogRenewFailed(exception, user);
        }
    }

    private async Task SendAsync(UserId user, FeedAudience audience)
    {
        while (audience.TakeNext() is { } feed)
        {
            try
            {
                await Task.WhenAll(audience.ByLimit().Select(group =>
                    hub.Clients.Clients(group.ConnectionIds)
                        .SendAsync("recommendations", FeedAudience.Cut(feed, group.Limit))));
            }
            // A push that failed is replaced by the next one; the reader's own reconnect reloads the feed.
#pragma warning disable CA1031
            catch (Exception exception)
#pragma warning restore CA1031
            {
                LogPushFailed(exception, user);
            }
        }
    }

    [LoggerMessage(LogLevel.Warning, "Feed push to user {User} failed")]
    private partial void LogPushFailed(Exception exception, UserId user);

    [LoggerMessage(LogLevel.Warning, "Renewing the feed watch of user {User} failed; tried again at the next renewal")]
    private partial void LogRenewFailed(Exception exception, UserId user);
}
