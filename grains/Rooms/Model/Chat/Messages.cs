using Engage.Contracts;

namespace Engage.Grains.Rooms;

/// <summary>The newest messages of a room, and older ones as long as they are pinned.</summary>
internal sealed class Messages(RoomOptions options)
{
    private readonly Dictionary<long, Message> _bySeq = [];
    private readonly Queue<Message> _order = new();
    private readonly SortedDictionary<long, Message> _pinned = [];
    private readonly MessageAuthors _authors = new();

    /// <summary>Reactions of all messages that are remembered.</summary>
    public int Reactions { get; private set; }

    /// <summary>Oldest first.</summary>
    public IReadOnlyCollection<Message> Pinned => _pinned.Values;

    /// <summary>The newest of all, oldest first.</summary>
    public IEnumerable<Message> Newest(int count) => _order.Skip(Math.Max(0, _order.Count - count));

    public IEnumerable<Message> All => _bySeq.Values;

    /// <summary>Whether one of the messages is hers, deleted ones included.</summary>
    public bool HasAuthor(UserId user) => _authors.NameOf(user) is not null;

    /// <summary>By what name they are known here.</summary>
    public MessageAuthors Authors => _authors;

    public Message? Find(long seq) => _bySeq.GetValueOrDefault(seq);

    /// <summary>Whether a message with this place would be too old to be known.</summary>
    public bool IsTooOld(long seq) => _order.Count == options.MessagesRemembered && seq < _order.Peek().Seq;

    public void Add(Message message)
    {
        Remember(message);
        _order.Enqueue(message);
        if (_order.Count <= options.MessagesRemembered) return;

        var oldest = _order.Dequeue();
        if (!oldest.IsPinned) Forget(oldest);
    }

    public void React(Message message, ReactedTo fact, UserId by) =>
        Reactions += message.React(fact.Emoji, by, fact.On);

    public void Delete(Message message)
    {
        Reactions -= message.ReactionCount;
        message.Delete();
        Unpin(message);
    }

    public void Pin(Message message)
    {
        message.IsPinned = true;
        _pinned[message.Seq] = message;
    }

    public void Unpin(Message message)
    {
        message.IsPinned = false;
        _pinned.Remove(message.Seq);
        if (IsTooOld(message.Seq)) Forget(message);
    }

    public void Save(BinaryWriter writer)
    {
        writer.WriteAll(_order, message => message.Save(writer));
        writer.WriteAll([.. Pinned.Where(message => IsTooOld(message.Seq))], message => message.Save(writer));
    }

    public void Load(BinaryReader reader)
    {
        var newest = reader.ReadAll(() => Message.Load(reader));
        // In the order in which they were said: the newest name of somebody is her name.
        foreach (var message in reader.ReadAll(() => Message.Load(reader))) Remember(message);
        foreach (var message in newest) Add(message);
        foreach (var message in _bySeq.Values.Where(message => message.IsPinned)) _pinned[message.Seq] = message;
    }

    private void Remember(Message message)
    {
        _bySeq.Add(message.Seq, message);
        Reactions += message.ReactionCount;
        _authors.Add(message.By, message.Name);
    }

    private void Forget(Message message)
    {
        if (!_bySeq.Remove(message.Seq)) return;

        Reactions -= message.ReactionCount;
        _authors.Remove(message.By);
    }
}
