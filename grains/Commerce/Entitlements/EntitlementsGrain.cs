using Engage.Contracts;
using Engage.Contracts.Commerce;
using Engage.Contracts.Recommending;
using Engage.Storage.Books;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Concurrency;
using Orleans.Utilities;

namespace Engage.Grains.Commerce.Entitlements;

/// <summary>
/// What one person may open: a copy of what the books say, read again when somebody says that it has changed, and
/// otherwise when it has grown old.
/// </summary>
[Reentrant]
internal sealed class EntitlementsGrain(
    IBooks books, Doors doors, IOptions<CommerceOptions> options, TimeProvider time,
    ILogger<EntitlementsGrain> logger) : Grain, IEntitlementsGrain
{
    private const int PageLimit = 500;

    /// <summary>An end that is further away is looked at again when the watch is renewed.</summary>
    private static readonly TimeSpan NextEndMax = TimeSpan.FromMinutes(2);

    private readonly ObserverManager<IEntitlementsObserver> _observers = new(IEntitlementsGrain.WatchLifetime, logger)
    {
        GetDateTime = () => time.GetUtcNow().UtcDateTime,
    };
    private Entitlement[] _all = [];
    private DateTimeOffset? _readAt;
    private HashSet<string>? _told;
    private Task _reading = Task.CompletedTask;
    private Task? _next;
    private IGrainTimer? _nextEnd;

    private UserId Id => new(this.GetPrimaryKeyString());

    public async Task<AccessAnswer> CheckAsync(string resource)
    {
        if (await doors.FindAsync(resource) is not { } door || !await doors.IsLockedAsync(door))
            return new(Access.Free, null, null, []);

        await KeepFreshAsync();
        var now = time.GetUtcNow();
        foreach (var scope in door.Scopes)
            if (Best(scope, now) is { } entitlement)
                return new(Access.Granted, scope, entitlement.Until, []);
        return await doors.IsAtHomeAsync(door, Id)
            ? new(Access.Granted, null, null, [])
            : new(Access.Locked, null, null, await doors.OffersAsync(door));
    }

    public async Task<Entitlement[]> ListAsync()
    {
        await KeepFreshAsync();
        var now = time.GetUtcNow();
        return [.. _all.Where(entitlement => entitlement.IsGood(now)).Reverse()];
    }

    public async Task RefreshAsync()
    {
        await ReadAsync();
        Tell();
        await GrainFactory.GetGrain<IUserGrain>(Id.Value).OwnedChangedAsync();
    }

    public async Task WatchAsync(IEntitlementsObserver observer)
    {
        _observers.Subscribe(observer, observer);
        await KeepFreshAsync();
        Tell();
    }

    public Task UnwatchAsync(IEntitlementsObserver observer)
    {
        _observers.Unsubscribe(observer);
        return Task.CompletedTask;
    }

    /// <summary>The one that lasts longest.</summary>
    private Entitlement? Best(string scope, DateTimeOffset now) => _all
        .Where(entitlement => entitlement.Scope == scope && entitlement.IsGood(now))
        .MaxBy(entitlement => entitlement.Until ?? DateTimeOffset.MaxValue);

    private Task KeepFreshAsync() =>
        time.GetUtcNow() - _readAt <= options.Value.EntitlementsAge ? Task.CompletedTask : ReadAsync();

    /// <summary>What is written before the call is here after it; callers that come meanwhile share the next.</summary>
    private Task ReadAsync() => _next ??= ReadNextAsync(_reading);

    private async Task ReadNextAsync(Task running)
    {
        await running.ConfigureAwait(
            ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ForceYielding
            | ConfigureAwaitOptions.ContinueOnCapturedContext);
        (_reading, _next) = (_next!, null);
        var all = new List<Entitlement>();
        var readAt = time.GetUtcNow();
        for (long? cursor = 0; cursor is { } after;)
        {
            var page = await books.ListAsync(
                new(BookKeys.Entitled(Id), BookKeys.Entitlement, after, PageLimit), CancellationToken.None);
            all.AddRange(page.Items.Select(BookJson.Read<Entitlement>));
            cursor = page.Cursor;
        }
        (_all, _readAt) = ([.. all], readAt);
        _told ??= GoodScopes();
    }

    private HashSet<string> GoodScopes()
    {
        var now = time.GetUtcNow();
        return [.. _all.Where(entitlement => entitlement.IsGood(now)).Select(entitlement => entitlement.Scope)];
    }

    private void Tell()
    {
        var good = GoodScopes();
        var before = _told ?? good;
        _told = good;
        string[] opened = [.. good.Except(before).Order(StringComparer.Ordinal)];
        string[] closed = [.. before.Except(good).Order(StringComparer.Ordinal)];
        if (opened.Length + closed.Length > 0)
            _observers.Notify(observer => observer.OnEntitlements(Id, new(opened, closed)));
        AwaitNextEnd();
    }

    /// <summary>Nobody writes anything when a term ends.</summary>
    private void AwaitNextEnd()
    {
        _nextEnd?.Dispose();
        _nextEnd = null;
        if (_observers.Count == 0) return;
        var now = time.GetUtcNow();
        var next = _all.Where(entitlement => entitlement.IsGood(now)).Min(entitlement => entitlement.Until - now);
        if (next is { } due && due < NextEndMax)
            _nextEnd = this.RegisterGrainTimer(
                () =>
                {
                    Tell();
                    return Task.CompletedTask;
                },
                new GrainTimerCreationOptions { DueTime = due, Period = Timeout.InfiniteTimeSpan, Interleave = true });
    }
}
