using Engage.Contracts;
using Engage.Contracts.Rooms;
using Engage.Grains.Durability;
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
    private SharedWrite _store = null!;
    private MentionTexts _texts = null!;

    /// <summary>What is stored still has words, as earlier versions kept them.</summary>
    private bool _hasWords;

    private UserId Id => new(this.GetPrimaryKeyString());

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        var stored = state.State.Items;
        _durable = Array.ConvertAll(stored, item => new InboxItem(MentionTexts.WithoutWords(item.Mention), item.Read));
        _hasWords = !_durable.AsSpan().SequenceEqual(stored);
        _items.AddRange(_durable);
        _store = new(WriteAsync);
        _texts = new(GrainFactory, logger);
        return Task.CompletedTask;
    }

    public Task AddAsync(Mention mention)
    {
        // Perhaps the first of the two is still on its way to the disk.
        if (Has(mention)) return _store.Last;

        MakeRoom(mention.By.User);
        _items.Add(new(MentionTexts.WithoutWords(mention), false));
        _unpushed.Add(mention);
        return _store.StoreAsync();
    }

    public Task<Mention[]> ListAsync() =>
        _texts.ReadAsync([.. _durable.Where(item => !item.Read).Select(item => item.Mention).Reverse()]);

    public async Task ClearAsync()
    {
        if (_items.TrueForAll(item => item.Read)) return;

        for (var i = 0; i < _items.Count; i++) _items[i] = _items[i] with { Read = true };
        await _store.StoreAsync();
    }

    public async Task EraseAsync()
    {
        if (_items.Count == 0 && _durable.Length == 0) return;

        _items.Clear();
        await _store.StoreAsync();
    }

    public async Task<int> ExpireAsync(DateTimeOffset before)
    {
        var dropped = _items.RemoveAll(item => item.Mention.At < before);
        if (dropped > 0 || _hasWords) await _store.StoreAsync();
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

    private void MakeRoom(UserId author)
    {
        var isHers = (InboxItem item) => !item.Read && item.Mention.By.User == author;
        if (_items.Count(isHers) >= UnreadPerAuthorMax) _items.RemoveAt(_items.FindIndex(item => isHers(item)));
        else if (_items.Count >= ItemsMax) _items.RemoveAt(0);
    }

    private bool Has(Mention mention) =>
        _items.Exists(item => item.Mention.Room == mention.Room && item.Mention.Seq == mention.Seq);

    /// <summary>Who adds in vain does so again, to the next activation.</summary>
    private async Task WriteAsync()
    {
        (var pushed, _unpushed) = (_unpushed, []);
        InboxItem[] items = [.. _items];
        await state.ReplaceOrLeaveAsync(new() { Items = items }, this);
        (_durable, _hasWords) = (items, false);
        foreach (var mention in pushed) _observers.Notify(observer => observer.OnMention(Id, mention));
    }
}
