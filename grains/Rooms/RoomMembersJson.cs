using System.Text.Json;
using Engage.Contracts.Rooms;

namespace Engage.Grains.Rooms;

/// <summary>
/// The members of a room's state object that live in memory and not in its log: who is here and who writes. What is
/// null has not changed and is left out.
/// </summary>
internal sealed record RoomMembersJson(int? Present, IReadOnlyList<Person>? People, IReadOnlyList<string>? Typing)
{
    public bool IsEmpty => this is { Present: null, People: null, Typing: null };

    /// <summary>Into an object that is open.</summary>
    public void WriteTo(Utf8JsonWriter json)
    {
        if (Present is { } count) json.WriteNumber("present", count);
        if (People is not null) WritePeople(json);
        if (Typing is null) return;

        json.WriteStartArray("typing");
        foreach (var name in Typing) json.WriteStringValue(name);
        json.WriteEndArray();
    }

    /// <summary>As an object of its own.</summary>
    public byte[] ToBytes()
    {
        var json = RoomEntryJson.Begin();
        json.WriteStartObject();
        WriteTo(json);
        json.WriteEndObject();
        return RoomEntryJson.End(json);
    }

    private void WritePeople(Utf8JsonWriter json)
    {
        json.WriteStartArray("people");
        foreach (var (user, name) in People!)
        {
            json.WriteStartObject();
            json.WriteString("user", user.Value);
            json.WriteString("name", name);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }
}
