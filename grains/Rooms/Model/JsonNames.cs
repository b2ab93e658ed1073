using System.Text.Json;
using Engage.Contracts.Rooms;

namespace Engage.Grains.Rooms;

/// <summary>The property names of entries and state, encoded once.</summary>
internal static class JsonNames
{
    public static readonly JsonEncodedText Seq = Name("seq"), At = Name("at"), Kind = Name("kind"), By = Name("by"),
        PersonName = Name("name"), Id = Name("id"), Text = Name("text"), Target = Name("target"),
        Reason = Name("reason"), Emoji = Name("emoji"), On = Name("on"), Counts = Name("counts"),
        ReplyTo = Name("replyTo"), Mentions = Name("mentions"), Held = Name("held"), User = Name("user"),
        Until = Name("until"), Settings = Name("settings"), Present = Name("present"), Joined = Name("joined"),
        Left = Name("left"), Anonymous = Name("anonymous"), Question = Name("question"), Poll = Name("poll"),
        What = Name("what"), Author = Name("author"), Role = Name("role");

    private static readonly JsonEncodedText[] Kinds = KindNames();

    public static JsonEncodedText Of(RoomEntryKind kind) => Kinds[(int)kind];

    /// <exception cref="FormatException">No kind has that name.</exception>
    public static RoomEntryKind KindOf(string name) =>
        Enum.TryParse<RoomEntryKind>(name, ignoreCase: true, out var kind)
        ? kind
        : throw new FormatException($"'{name}' is not the name of a kind of entry");

    public static JsonEncodedText Name(string name) => JsonEncodedText.Encode(name);

    private static JsonEncodedText[] KindNames()
    {
        var kinds = Enum.GetValues<RoomEntryKind>();
        var names = new JsonEncodedText[kinds.Max(kind => (int)kind) + 1];
        foreach (var kind in kinds) names[(int)kind] = Name(JsonNamingPolicy.CamelCase.ConvertName(kind.ToString()));
        return names;
    }
}
