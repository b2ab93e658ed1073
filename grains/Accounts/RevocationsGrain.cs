using Engage.Contracts;
using Engage.Contracts.Accounts;
using Engage.Grains.Durability;
using Microsoft.Extensions.Logging;
using Orleans.Concurrency;
using Orleans.Utilities;

namespace Engage.Grains.Accounts;

/// <summary>
/// A list of minutes: what is over is forgotten with the next write. Those who sign out while a write is under way
/// share the next one.
/// </summary>
[Reentrant]
internal sealed class RevocationsGrain(
    [PersistentState("revocations")] IPersistentState<RevocationsState> state,
    TimeProvider time,
    ILogger<RevocationsGrain> logger) : Grain, IRevocationsGrain
{
    private const int ItemsMax = 200_000;
    private readonly Dictionary<string, Revocation> _items = [];
    private readonly ObserverManager<IRevocationObserver> _observers = new(IRevocationsGrain.WatchLifetime, logger)
    {
        GetDateTime = () => time.GetUtcNow().UtcDateTime,
    };
    private List<Revocation> _untold = [];
    private SharedWrite _store = null!;

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        foreach (var item in state.State.Items) _items[item.Session] = item;
        _store = new(WriteAsync);
        return Task.CompletedTask;
    }

    public async Task RevokeAsync(Revocation[] revocations)
    {
        var fresh = revocations.Where(item => !_items.ContainsKey(item.Session)).ToArray();
        if (_items.Count + fresh.Length > ItemsMax)
            throw new BusyException(
                $"{_items.Count} sessions ended within minutes, at most {ItemsMax}; nothing was done.",
                TimeSpan.FromMinutes(1));
        if (fresh.Length == 0)
        {
            // Perhaps the first of the two is still on its way to the disk.
            await _store.Last;
            return;
        }
        foreach (var item in fresh) _items[item.Session] = item;
        _untold.AddRange(fresh);
        await _store.StoreAsync();
    }

    public Task<Revocation[]> WatchAsync(IRevocationObserver observer)
    {
        _observers.Subscribe(observer, observer);
        var now = time.GetUtcNow();
        return Task.FromResult<Revocation[]>([.. _items.Values.Where(item => item.Until > now)]);
    }

    /// <summary>Who revoked in vain does so again, to the next activation.</summary>
    private async Task WriteAsync()
    {
        (var untold, _untold) = (_untold.ToArray(), []);
        var now = time.GetUtcNow();
        foreach (var over in _items.Values.Where(item => item.Until <= now).ToArray()) _items.Remove(over.Session);
        await state.ReplaceOrLeaveAsync(new() { Items = [.. _items.Values] }, this);
        _observers.Notify(observer => observer.OnRevoked(untold));
    }
}

/// <summary>What the revocations' grain stores.</summary>
public sealed class RevocationsState
{
    public Revocation[] Items { get; set; } = [];
}
