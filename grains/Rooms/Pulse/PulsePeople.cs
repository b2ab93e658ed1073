using Engage.Contracts;
using Engage.Contracts.Rooms;

namespace Engage.Grains.Rooms;

/// <summary>
/// Who takes part how much. Exact for the <see cref="PeopleMax"/> who are known; when one more comes, those who did
/// least are forgotten, of equals those who did nothing for longest.
/// </summary>
internal sealed class PulsePeople
{
    public const int PeopleMax = 10_000;
    private const int ForgottenAtOnce = PeopleMax / 10;
    private readonly Dictionary<UserId, Deeds> _people = [];

    public void Add(RoomEntry entry, int messages = 0, int questions = 0, int reactions = 0, int votes = 0)
    {
        if (entry.By is not { } user || entry.Fact.IsAnonymous) return;

        if (!_people.TryGetValue(user, out var deeds))
        {
            if (_people.Count >= PeopleMax) Forget();
            _people[user] = deeds = new();
        }
        deeds.Name = entry.Name ?? deeds.Name;
        deeds.Messages += messages;
        deeds.Questions += questions;
        deeds.Reactions += reactions;
        deeds.Votes += votes;
        deeds.LastSeq = entry.Seq;
    }

    public ActivePerson[] Top(int count) =>
    [
        .. _people.OrderByDescending(person => person.Value.Total).ThenByDescending(person => person.Value.LastSeq)
            .Take(count).Select(person => person.Value.View(person.Key)),
    ];

    public void Save(BinaryWriter writer)
    {
        writer.Write7BitEncodedInt(_people.Count);
        foreach (var (user, deeds) in _people.OrderBy(person => person.Key.Value, StringComparer.Ordinal))
        {
            writer.Write(user.Value);
            deeds.Save(writer);
        }
    }

    public void Load(BinaryReader reader)
    {
        for (var left = reader.Read7BitEncodedInt(); left > 0; left--)
            _people[new(reader.ReadString())] = Deeds.Load(reader);
    }

    private void Forget()
    {
        var least = _people.OrderBy(person => person.Value.Total).ThenBy(person => person.Value.LastSeq)
            .Take(ForgottenAtOnce).Select(person => person.Key).ToArray();
        foreach (var user in least) _people.Remove(user);
    }

    private sealed class Deeds
    {
        public string Name = "";
        public long Messages;
        public long Questions;
        public long Reactions;
        public long Votes;

        /// <summary>Of the newest entry; an entry is by one person, so no two share it.</summary>
        public long LastSeq;

        public long Total => Messages + Questions + Reactions + Votes;

        public ActivePerson View(UserId user) => new(user, Name, Messages, Questions, Reactions, Votes);

        public void Save(BinaryWriter writer)
        {
            writer.Write(Name);
            writer.Write7BitEncodedInt64(Messages);
            writer.Write7BitEncodedInt64(Questions);
            writer.Write7BitEncodedInt64(Reactions);
            writer.Write7BitEncodedInt64(Votes);
            writer.Write7BitEncodedInt64(LastSeq);
        }

        public static Deeds Load(BinaryReader reader) => new()
        {
            Name = reader.ReadString(),
            Messages = reader.Read7BitEncodedInt64(),
            Questions = reader.Read7BitEncodedInt64(),
            Reactions = reader.Read7BitEncodedInt64(),
            Votes = reader.Read7BitEncodedInt64(),
            LastSeq = reader.Read7BitEncodedInt64(),
        };
    }
}
