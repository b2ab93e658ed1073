using System.Collections.Concurrent;
using Engage.Api.Actors;
using Engage.Api.Realtime;
using Engage.Api.Realtime.Transport;
using Engage.Contracts;
using Engage.Contracts.Rooms;

namespace Engage.Api.Inbox;

/// <summary>
/// This node's one observer of inboxes: inbox grains call it, it passes mentions on to the connections that watch. An
/// inbox learns of the node, not of its connections.
/// </summary>
internal sealed partial class InboxGateway(
    IGrainFactory grains, HubPushes pushes, TimeProvider time, ILogger<InboxGateway> logger)
    : BackgroundService, IInboxObserver
{
    /// <summary>How long mentions come late at most when the inbox's actor has moved.</summary>
    private static readonly TimeSpan RenewPeriod = TimeSpan.FromSeconds(20);

    private readonly ConcurrentDictionary<UserId, InboxWatch> _watches = [];
    private readonly Lock _membership = new();
    private IInboxObserver? _reference;

    private IInboxObserver Reference => _reference ??= grains.CreateObjectReference<IInboxObserver>(this);

    /// <returns>What is unread; later mentions are pushed as <c>mention</c>.</returns>
    public async Task<InboxAnswer> WatchAsync(UserId user, Outbox outbox)
    {
        // Calls leave under the lock, so that they reach the grain in the order of joining and leaving.
        InboxWatch watch;
        Task<Mention[]> watching;
        lock (_membership)
        {
            watch = _watches.GetOrAdd(user, _ => new InboxWatch());
            watch.Join(outbox);
            watching = grains.GetGrain<IInboxGrain>(user.Value).WatchAsync(Reference);
        }
        var unread = await watching;
        // What she learns from the answer the others have to be told, if they were not.
        foreach (var mention in unread.Reverse())
            if (watch.See(mention) && watch.IsShared)
                watch.Send(pushes.Frame("mention", mention), besides: outbox.ConnectionId);
        return new(unread);
    }

    public async Task LeaveAsync(UserId user, string connectionId)
    {
        Task leaving;
        lock (_membership)
        {
            if (!_watches.TryGetValue(user, out var watch) || !watch.Leave(connectionId)) return;

            _watches.TryRemove(user, out _);
            leaving = grains.GetGrain<IInboxGrain>(user.Value).UnwatchAsync(Reference);
        }
        await leaving;
    }

    public void OnMention(UserId user, Mention mention)
    {
        if (_watches.TryGetValue(user, out var watch) && watch.See(mention))
            watch.Send(pushes.Frame("mention", mention));
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Renewals.RunAsync(
        () => _watches, entry => RenewAsync(entry.Key, entry.Value), RenewPeriod, time, stoppingToken);

    private async Task RenewAsync(UserId user, InboxWatch watch)
    {
        // Before the inbox is asked: whoever misses something from now on may miss it in the answer, too.
        var behind = watch.TakeCaughtUp();
        try
        {
            var unread = await grains.GetGrain<IInboxGrain>(user.Value).WatchAsync(Reference);
            foreach (var mention in unread.Reverse())
            {
                // What came while the inbox's actor moved, and for those who had no room for it.
                if (watch.See(mention)) watch.Send(pushes.Frame("mention", mention));
                else if (behind.Length > 0) Again(watch, behind, mention);
            }
        }
        // Whatever stands in the way of one person's watch, the others' go on; the next round tries again.
#pragma warning disable CA1031
        catch (Exception exception)
#pragma warning restore CA1031
        {
            foreach (var outbox in behind) watch.Missed(outbox);
            LogRenewFailed(exception, user);
        }
    }

    private void Again(InboxWatch watch, Outbox[] behind, Mention mention)
    {
        var frame = pushes.Frame("mention", mention);
        foreach (var outbox in behind)
            if (!outbox.TrySend(frame))
                watch.Missed(outbox);
    }

    [LoggerMessage(LogLevel.Warning, "Renewing the inbox watch of {User} failed; tried again at the next renewal")]
    private partial void LogRenewFailed(Exception exception, UserId user);
}
