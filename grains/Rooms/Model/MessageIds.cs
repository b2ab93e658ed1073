using Engage.Contracts;

namespace Engage.Grains.Rooms;

/// <summary>Which of the client's ids were taken already, and where: the newest of them.</summary>
internal sealed class MessageIds(int limit) : RoomPart
{
    private readonly Dictionary<(UserId By, Guid Id), long> _seqs = [];
    private readonly Queue<(UserId By, Guid Id)> _order = new();

    public long? Find(UserId by, Guid id) => _seqs.TryGetValue((by, id), out var seq) ? seq : null;

    public override void Apply(RoomEntry entry)
    {
        if (entry.By is { } by && entry.Fact.MessageId is { } id) Add(by, id, entry.Seq);
    }

    public override void Save(BinaryWriter writer) => writer.WriteAll(_order, key =>
    {
        writer.Write(key.By);
        writer.Write(key.Id.ToByteArray());
        writer.Write(_seqs[key]);
    });

    public override void Load(BinaryReader reader)
    {
        for (var left = reader.ReadInt32(); left > 0; left--)
            Add(reader.ReadUser(), new Guid(reader.ReadBytes(16)), reader.ReadInt64());
    }

    /// <summary>The first place counts: a message that is approved later is known by where it was held.</summary>
    private void Add(UserId by, Guid id, long seq)
    {
        if (!_seqs.TryAdd((by, id), seq)) return;

        _order.Enqueue((by, id));
        if (_order.Count > limit) _seqs.Remove(_order.Dequeue());
    }
}
