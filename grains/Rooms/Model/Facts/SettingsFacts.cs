using System.Text.Json;
using Engage.Contracts.Rooms;

namespace Engage.Grains.Rooms;

/// <summary>All that everyone may know of the settings, as they are from now on.</summary>
internal sealed record SettingsChanged(
    TimeSpan SlowMode, bool MembersOnly, bool EmojiOnly, bool HoldMessages, bool HoldQuestions) : RoomFact
{
    public override RoomEntryKind Kind => RoomEntryKind.SettingsChanged;
    public override RoomAudience Audience => RoomAudience.Everyone;

    public override void WriteTo(Utf8JsonWriter json)
    {
        json.WriteStartObject(JsonNames.Settings);
        RoomSettings.Default.With(this).WriteTo(json);
        json.WriteEndObject();
    }

    public static SettingsChanged Read(JsonElement json)
    {
        var settings = json.GetProperty("settings");
        return new(TimeSpan.FromSeconds(settings.GetProperty("slowModeSeconds").GetInt32()),
            settings.GetProperty("membersOnly").GetBoolean(), settings.GetProperty("emojiOnly").GetBoolean(),
            settings.GetProperty("holdMessages").GetBoolean(), settings.GetProperty("holdQuestions").GetBoolean());
    }
}

/// <summary>
/// What the room's word filter looks for from now on; only moderators read it, since a list of what slips through
/// nothing would be a list of what to disguise. On the wire a second <c>settingsChanged</c>.
/// </summary>
internal sealed record FilterChanged(string[] Words, bool Refuse) : RoomFact
{
    public override RoomEntryKind Kind => RoomEntryKind.SettingsChanged;
    public override RoomAudience Audience => RoomAudience.Moderators;

    public override void WriteTo(Utf8JsonWriter json)
    {
        json.WriteStartObject(JsonNames.Settings);
        RoomSettings.Default.With(this).WriteFilterTo(json);
        json.WriteEndObject();
    }

    public static FilterChanged Read(JsonElement json)
    {
        var settings = json.GetProperty("settings");
        return new([.. settings.GetProperty("filteredWords").EnumerateArray().Select(word => word.GetString()!)],
            settings.GetProperty("refuseFiltered").GetBoolean());
    }

    public bool Equals(FilterChanged? other) =>
        other is not null && Refuse == other.Refuse && Words.AsSpan().SequenceEqual(other.Words);

    public override int GetHashCode() => HashCode.Combine(Words.Length, Refuse);
}
