using Engage.Contracts;
using Engage.Contracts.Rooms;
using Microsoft.Extensions.Logging;
using Orleans.Concurrency;
using Orleans.Utilities;

namespace Engage.Grains.Inbox;

/// <summary>
/// One person's mentions, the newest hundred. Somebody who is mentioned by a whole room costs one write after another,
/// not one each: what comes while one is under way shares the next. No author fills it alone: beyond twenty unread ones
/// each further one of hers takes the place of her oldest.
/// </summary>
[Reentrant]
internal sealed class InboxGrain(
    [PersistentState("inbox")] IPersistentState<InboxState> state,
    SealedMentions mentions,
    TimeProvider time,
    ILogger<InboxGrain> logger)
    : Grain, IInboxGrain
{
    private const int ItemsMax = 100;
    private const int UnreadPerAuthorMax = 20;
    private readonly ObserverManager<IInboxObserver> _observers = new(IInboxGrain.WatchLifetime, logger)
    {
        GetDateTime = () => time.GetUtcNow().UtcDateTime,
    };
    private readonly List<InboxItem> _items = [];

    /// <summary>What is known to be stored. Answers come from it alone: the rest is pushed once it is stored.</summary>
    private InboxItem[] _durable = [];
    private List<Mention> _unpushed = [];
    private Task _lastArrival = Task.CompletedTask;
    private Task _writing = Task.CompletedTask;
    private Task? _next;

    private UserId Id => new(this.GetPrimaryKeyString());

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _durable = state.State.Items;
        _items.AddRange(_durable);
        return Task.CompletedTask;
    }

    public async Task AddAsync(Mention mention)
    {
        if (!Has(mention))
        {
            var arrival = ArriveAsync(mention, _lastArrival);
            _lastArrival = arrival;
            if (await arrival)
            {
                await StoreAsync();
                return;
            }
        }
        // Perhaps the first of the two is still on its way to the disk.
        await (_next ?? _writing);
    }

    public async Task<Mention[]> ListAsync() =>
        await mentions.OpenAsync(Id, [.. _durable.Where(item => !item.Read).Reverse()]);

    public async Task ClearAsync()
    {
        if (_items.TrueForAll(item => item.Read)) return;

        for (var i = 0; i < _items.Count; i++) _items[i] = _items[i] with { Read = true };
        await StoreAsync();
    }

    public async Task EraseAsync()
    {
        if (_items.Count == 0 && _durable.Length == 0) return;

        _items.Clear();
        await StoreAsync();
    }

    public async Task<int> ExpireAsync(DateTimeOffset before)
    {
        var dropped = _items.RemoveAll(item => item.Mention.At < before);
        if (dropped > 0) await StoreAsync();
        return dropped;
    }

    public Task<Mention[]> WatchAsync(IInboxObserver observer)
    {
        _observers.Subscribe(observer, observer);
        return ListAsync();
    }

    public Task UnwatchAsync(IInboxObserver observer)
    {
        _observers.Unsubscribe(observer);
        return Task.CompletedTask;
    }

    /// <summary>In order of arrival, though some authors' keys take longer to come by.</summary>
    /// <returns>Whether it is to be stored.</returns>
    private async Task<bool> ArriveAsync(Mention mention, Task before)
    {
        var sealing = mentions.SealAsync(Id, mention).AsTask();
        await before.ConfigureAwait(
            ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        if (await sealing is not { } kept || Has(mention)) return false;

        MakeRoom(mention.By.User);
        _items.Add(kept);
        _unpushed.Add(mention);
        return true;
    }

    private void MakeRoom(UserId author)
    {
        var isHers = (InboxItem item) => !item.Read && item.Mention.By.User == author;
        if (_items.Count(isHers) >= UnreadPerAuthorMax) _items.RemoveAt(_items.FindIndex(item => isHers(item)));
        else if (_items.Count >= ItemsMax) _items.RemoveAt(0);
    }

    private bool Has(Mention mention) =>
        _items.Exists(item => item.Mention.Room == mention.Room && item.Mention.Seq == mention.Seq);

    private Task StoreAsync() => _next ??= StoreNextAsync(_writing);

    private async Task StoreNextAsync(Task running)
    {
        await running.ConfigureAwait(
            ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ForceYielding
            | ConfigureAwaitOptions.ContinueOnCapturedContext);
        (_writing, _next) = (_next!, null);
        (var pushed, _unpushed) = (_unpushed, []);
        InboxItem[] items = [.. _items];
        state.State = new() { Items = items };
        try
        {
            await state.WriteStateAsync();
        }
        catch
        {
            // Whether it was stored is not known: the next activation reads what is, and a retry is harmless.
            DeactivateOnIdle();
            throw;
        }
        _durable = items;
        foreach (var mention in pushed) _observers.Notify(observer => observer.OnMention(Id, mention));
    }
}
