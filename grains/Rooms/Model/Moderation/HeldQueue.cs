using System.Text.Json;
using Engage.Contracts;
using Engage.Contracts.Rooms;

namespace Engage.Grains.Rooms;

/// <summary>What waits for a moderator.</summary>
internal sealed class HeldQueue : RoomPart
{
    private static readonly JsonEncodedText HeldName = JsonNames.Name("held");

    private readonly SortedDictionary<long, Item> _items = [];
    private readonly SortedSet<long> _changed = [];
    private readonly Dictionary<UserId, Share> _shares = [];

    private sealed record Item(Held Fact, UserId By, string Name, long At);

    /// <summary>What of one person waits.</summary>
    private readonly record struct Share(int Items, int Questions);

    public int Count => _items.Count;

    /// <summary>How many things of one person wait.</summary>
    public int CountOf(UserId user) => _shares.GetValueOrDefault(user).Items;

    /// <summary>How many of them are new questions.</summary>
    public int QuestionsOf(UserId user) => _shares.GetValueOrDefault(user).Questions;

    /// <param name="review">A moderator's word.</param>
    /// <param name="by">The moderator.</param>
    /// <param name="has">Whether the target of an edit is still there.</param>
    public Decision DecideReview(Review review, Person by, Func<Held, bool> has)
    {
        if (!_items.TryGetValue(review.Held, out var item))
            return Decision.Refuse(Refusals.NotFound(
                $"nothing is held under {review.Held}; it may have been reviewed already"));
        if (!review.Approve) return Decision.Made(new Reviewed(review.Held, false));
        if (!has(item.Fact))
            return Decision.Refuse(Refusals.Conflict(
                $"what {review.Held} would change, entry {item.Fact.Target}, is gone; reject it"));

        return new([new Reviewed(review.Held, true), item.Fact.Released(review.Held)])
        {
            InNameOf = [by, new(item.By, item.Name)],
        };
    }

    public override void Apply(RoomEntry entry)
    {
        switch (entry.Fact)
        {
            case Held held when entry.By is { } by:
                Add(entry.Seq, new(held, by, entry.Name ?? "", RoomTime.Of(entry.At)));
                _changed.Add(entry.Seq);
                break;
            case Reviewed reviewed when Remove(reviewed.HeldSeq):
                _changed.Add(reviewed.HeldSeq);
                break;
            case HistoryErased erased:
                // Moderators would learn whose an anonymous one was; they reject it by itself.
                foreach (var (seq, _) in _items
                    .Where(item => item.Value.By == erased.User && !item.Value.Fact.Anonymous).ToArray())
                {
                    Remove(seq);
                    _changed.Add(seq);
                }
                break;
        }
    }

    public override bool HasModeratorChanges => _changed.Count > 0;
    public override void Taken() => _changed.Clear();

    public override void WriteForModerators(Utf8JsonWriter json, bool all)
    {
        var seqs = all ? (IReadOnlyCollection<long>)_items.Keys : _changed;
        if (seqs.Count == 0) return;

        json.WriteStartObject(HeldName);
        foreach (var seq in seqs)
        {
            json.WriteSeqName(seq);
            if (_items.TryGetValue(seq, out var item)) Write(json, item);
            else json.WriteNullValue();
        }
        json.WriteEndObject();
    }

    public override void Save(BinaryWriter writer) => writer.WriteAll(_items, pair =>
    {
        var (seq, (fact, by, name, at)) = pair;
        writer.Write(seq);
        writer.Write((byte)fact.What);
        writer.WriteText(fact.Id?.ToString());
        writer.Write(fact.Text);
        writer.WriteNumber(fact.ReplyTo);
        writer.WriteAll(fact.Mentions, writer.Write);
        writer.Write(fact.Anonymous);
        writer.WriteNumber(fact.Target);
        writer.WriteText(fact.Word);
        writer.Write(by);
        writer.Write(name);
        writer.Write(at);
    });

    public override void Load(BinaryReader reader)
    {
        for (var left = reader.ReadInt32(); left > 0; left--)
            Add(reader.ReadInt64(), new(
                new((RoomEntryKind)reader.ReadByte(), reader.ReadText() is { } id ? Guid.Parse(id) : null,
                    reader.ReadString(), reader.ReadNumber(), reader.ReadAll(reader.ReadUser), reader.ReadBoolean(),
                    reader.ReadNumber(), reader.ReadText()),
                reader.ReadUser(), reader.ReadString(), reader.ReadInt64()));
    }

    private void Add(long seq, Item item)
    {
        _items.Add(seq, item);
        CountIn(item, 1);
    }

    private bool Remove(long seq)
    {
        if (!_items.Remove(seq, out var item)) return false;

        CountIn(item, -1);
        return true;
    }

    private void CountIn(Item item, int change)
    {
        var share = _shares.GetValueOrDefault(item.By);
        share = new(share.Items + change,
            share.Questions + (item.Fact.What == RoomEntryKind.Asked ? change : 0));
        if (share.Items == 0) _shares.Remove(item.By);
        else _shares[item.By] = share;
    }

    private static void Write(Utf8JsonWriter json, Item item)
    {
        json.WriteStartObject();
        if (!item.Fact.Anonymous)
        {
            json.WriteString(JsonNames.By, item.By.Value);
            json.WriteString(JsonNames.PersonName, item.Name);
        }
        RoomTime.WriteTo(json, JsonNames.At, RoomTime.From(item.At));
        item.Fact.WriteTo(json);
        json.WriteEndObject();
    }
}
