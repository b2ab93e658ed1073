using System.Text.Json;

namespace Engage.Contracts.Rooms;

/// <summary>
/// What one entry of a room's log takes away from entries before it. The log keeps their text, as the truth and for
/// the audit; from then on they are served as <see cref="Tombstone"/>.
/// </summary>
/// <param name="Seq">Of the entry that takes away.</param>
/// <param name="Target">The message or question that is gone; null: it is a history.</param>
/// <param name="Author">
/// Whose history is erased: all but her anonymous questions, which would be known for hers by it.
/// </param>
public readonly record struct RoomErasure(long Seq, long? Target, UserId? Author)
{
    /// <returns>Null if the entry takes nothing away.</returns>
    public static RoomErasure? Of(LoggedEntry entry) => entry switch
    {
        { Audience: not RoomAudience.Everyone } => null,
        { Kind: RoomEntryKind.Deleted or RoomEntryKind.QuestionRemoved } =>
            new(entry.Seq, Number(entry, "target"), null),
        { Kind: RoomEntryKind.HistoryErased } => new(entry.Seq, null, new(Member(entry, "user").GetString()!)),
        _ => null,
    };

    /// <summary>Whether an entry's text is gone by it.</summary>
    public bool Covers(LoggedEntry entry) =>
        entry.Seq < Seq && IsText(entry)
        && (Target is { } target ? SubjectOf(entry) == target : entry.By == Author && IsSigned(entry));

    /// <summary>Whether it says what people wrote, to everyone.</summary>
    public static bool IsText(LoggedEntry entry) =>
        entry is
        {
            Audience: RoomAudience.Everyone,
            Kind: RoomEntryKind.Said or RoomEntryKind.Edited or RoomEntryKind.Asked or RoomEntryKind.QuestionEdited
                or RoomEntryKind.QuestionAnswered,
        };

    /// <summary>The message or question that a text is, or is about.</summary>
    public static long SubjectOf(LoggedEntry entry) => entry.Kind switch
    {
        RoomEntryKind.Said or RoomEntryKind.Asked => entry.Seq,
        RoomEntryKind.QuestionAnswered => Number(entry, "question"),
        _ => Number(entry, "target"),
    };

    /// <summary>
    /// Whether it belongs to its author's history: an answer is the room's, an anonymous question nobody's.
    /// </summary>
    public static bool IsSigned(LoggedEntry entry) => entry.Kind switch
    {
        RoomEntryKind.Said or RoomEntryKind.Edited => true,
        RoomEntryKind.Asked or RoomEntryKind.QuestionEdited => !Has(entry, "anonymous"),
        _ => false,
    };

    /// <summary>The same entry without what was written: members that place it, and <c>"deleted":true</c>.</summary>
    public static LoggedEntry Tombstone(LoggedEntry entry)
    {
        using var document = JsonDocument.Parse(entry.Json);
        var root = document.RootElement;
        if (root.TryGetProperty("deleted", out _) && !root.TryGetProperty("text", out _)) return entry;

        var bytes = new MemoryStream();
        using (var json = new Utf8JsonWriter(bytes))
        {
            json.WriteStartObject();
            foreach (var member in root.EnumerateObject())
                if (member.Name is "seq" or "at" or "kind" or "by" or "id" or "target" or "question" or "anonymous"
                    || (member.Name == "name" && !member.Value.ValueEquals("")))
                    member.WriteTo(json);
            json.WriteBoolean("deleted", true);
            json.WriteEndObject();
        }
        return entry with { Json = bytes.ToArray() };
    }

    private static long Number(LoggedEntry entry, string name) => Member(entry, name).GetInt64();

    private static bool Has(LoggedEntry entry, string name)
    {
        using var document = JsonDocument.Parse(entry.Json);
        return document.RootElement.TryGetProperty(name, out _);
    }

    private static JsonElement Member(LoggedEntry entry, string name)
    {
        using var document = JsonDocument.Parse(entry.Json);
        return document.RootElement.GetProperty(name).Clone();
    }
}
