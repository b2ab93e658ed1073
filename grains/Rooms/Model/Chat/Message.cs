using System.Text.Json;
using Engage.Contracts;

namespace Engage.Grains.Rooms;

/// <summary>A message that is remembered: for what can still be done with it.</summary>
internal sealed class Message
{
    public required long Seq { get; init; }
    public required UserId By { get; init; }
    public required string Name { get; init; }
    public required Guid Id { get; init; }
    public required long At { get; init; }
    public required string Text { get; set; }
    public long? ReplyTo { get; init; }
    public bool IsDeleted { get; private set; }
    public bool IsPinned { get; set; }
    public bool IsEdited { get; set; }

    /// <summary>In the order in which they came up; null: none yet, as with nearly all.</summary>
    public List<(string Emoji, HashSet<UserId> By)>? Reactions { get; private set; }

    public int ReactionCount => Reactions?.Sum(reaction => reaction.By.Count) ?? 0;

    public bool HasReaction(string emoji, UserId by) => PeopleOf(emoji)?.Contains(by) ?? false;

    /// <returns>By how many reactions it has more now.</returns>
    public int React(string emoji, UserId by, bool on)
    {
        if (on && PeopleOf(emoji) is null) (Reactions ??= []).Add((emoji, []));
        if (PeopleOf(emoji) is not { } people) return 0;
        if (on) return people.Add(by) ? 1 : 0;
        if (!people.Remove(by)) return 0;

        Reactions!.RemoveAll(reaction => reaction.By.Count == 0);
        return -1;
    }

    /// <summary>What it said is forgotten here too.</summary>
    public void Delete() => (IsDeleted, Text, Reactions) = (true, "", null);

    public void WriteReactionsTo(Utf8JsonWriter json, JsonEncodedText name)
    {
        json.WriteStartObject();
        json.WriteStartObject(name);
        foreach (var (emoji, by) in Reactions ?? []) json.WriteNumber(emoji, by.Count);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    public void Save(BinaryWriter writer)
    {
        writer.Write(Seq);
        writer.Write(By);
        writer.Write(Name);
        writer.Write(Id.ToByteArray());
        writer.Write(At);
        writer.Write(Text);
        writer.WriteNumber(ReplyTo);
        writer.Write(IsDeleted);
        writer.Write(IsPinned);
        writer.Write(IsEdited);
        writer.WriteAll(Reactions ?? [], reaction =>
        {
            writer.Write(reaction.Emoji);
            writer.WritePeople(reaction.By);
        });
    }

    public static Message Load(BinaryReader reader)
    {
        var message = new Message
        {
            Seq = reader.ReadInt64(), By = reader.ReadUser(), Name = reader.ReadString(),
            Id = new(reader.ReadBytes(16)), At = reader.ReadInt64(), Text = reader.ReadString(),
            ReplyTo = reader.ReadNumber(),
        };
        if (reader.ReadBoolean()) message.Delete();
        message.IsPinned = reader.ReadBoolean();
        message.IsEdited = reader.ReadBoolean();
        foreach (var (emoji, by) in reader.ReadAll(() => (reader.ReadString(), reader.ReadAll(reader.ReadUser))))
            (message.Reactions ??= []).Add((emoji, [.. by]));
        return message;
    }

    private HashSet<UserId>? PeopleOf(string emoji)
    {
        foreach (var reaction in Reactions ?? [])
            if (reaction.Emoji == emoji)
                return reaction.By;
        return null;
    }
}
