using System.Collections.Concurrent;
using System.Security.Claims;
using Engage.Api.Realtime;
using Engage.Api.Realtime.Transport;
using Engage.Contracts.Accounts;

namespace Engage.Api.Accounts;

/// <summary>
/// What this node knows of sessions that ended: their tokens are refused, their connections closed. Told by the
/// revocations' actor at once; the whole list is read at the start, before anybody is served, and again every few
/// seconds, in case a word was lost while that actor moved.
/// </summary>
internal sealed partial class RevokedSessions(
    IGrainFactory grains, HubConnections connections, HubPushes pushes, TimeProvider time,
    ILogger<RevokedSessions> logger) : BackgroundService, IRevocationObserver
{
    private static readonly TimeSpan RenewPeriod = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan ReadyWithin = TimeSpan.FromSeconds(5);
    private readonly ConcurrentDictionary<string, Revocation> _revoked = new(StringComparer.Ordinal);
    private readonly TaskCompletionSource _read = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private IRevocationObserver? _reference;

    private IRevocationObserver Reference => _reference ??= grains.CreateObjectReference<IRevocationObserver>(this);

    /// <exception cref="TimeoutException">Nothing is known yet.</exception>
    public Task WhenReadAsync() =>
        _read.Task.IsCompleted ? Task.CompletedTask : _read.Task.WaitAsync(ReadyWithin, time);

    public bool IsRevoked(ClaimsPrincipal? caller) => caller?.Session() is { } session && _revoked.ContainsKey(session);

    public void OnRevoked(Revocation[] revocations)
    {
        var fresh = new Dictionary<string, Revocation>();
        foreach (var revocation in revocations)
            if (_revoked.TryAdd(revocation.Session, revocation)) fresh.Add(revocation.Session, revocation);
        if (fresh.Count == 0) return;

        foreach (var connection in connections.Open)
            if (connection.User?.Session() is { } session && fresh.TryGetValue(session, out var revocation))
                Close(connection.Outbox, revocation);
    }

    /// <summary>For a connection that came while its session ended.</summary>
    public void CloseIfRevoked(ClaimsPrincipal? caller, Outbox outbox)
    {
        if (caller?.Session() is { } session && _revoked.TryGetValue(session, out var revocation))
            Close(outbox, revocation);
    }

    /// <summary>Also before the first request: hosts start this before they listen.</summary>
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        await RenewAsync();
        await base.StartAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(RenewPeriod, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            await RenewAsync();
            var now = time.GetUtcNow();
            foreach (var (session, revocation) in _revoked)
                if (revocation.Until <= now) _revoked.TryRemove(session, out _);
        }
    }

    private async Task RenewAsync()
    {
        try
        {
            OnRevoked(await grains.GetGrain<IRevocationsGrain>(IRevocationsGrain.Key).WatchAsync(Reference));
            _read.TrySetResult();
        }
        // Whatever stands in the way, what is known stays in force; the next round tries again.
#pragma warning disable CA1031
        catch (Exception exception)
#pragma warning restore CA1031
        {
            LogRenewFailed(exception);
        }
    }

    private void Close(Outbox outbox, Revocation revocation)
    {
        outbox.TrySend(pushes.Frame("sessionRevoked", new SessionRevoked(revocation.Session, revocation.Reason)));
        outbox.Close(CloseCodes.SessionRevoked, "the session has ended; sign in again", allowReconnect: false);
    }

    [LoggerMessage(LogLevel.Warning, "Reading the list of revoked sessions failed; tried again in a moment")]
    private partial void LogRenewFailed(Exception exception);
}

internal sealed record SessionRevoked(string Session, string Reason);
