using System.Text.Json;
using Engage.Contracts;
using Engage.Contracts.Rooms;

namespace Engage.Grains.Rooms;

/// <summary>
/// Somebody is muted or banned, or no longer: the audit of a change that holds in the whole community.
/// </summary>
/// <param name="Act">Muted, Unmuted, Banned or Unbanned.</param>
/// <param name="Until">Null: for ever, or lifted.</param>
internal sealed record Restricted(RoomEntryKind Act, UserId User, DateTimeOffset? Until, string? Reason) : RoomFact
{
    public override RoomEntryKind Kind => Act;
    public override RoomAudience Audience => RoomAudience.Moderators;

    public override void WriteTo(Utf8JsonWriter json)
    {
        json.WriteString(JsonNames.User, User.Value);
        if (Until is { } until) RoomTime.WriteTo(json, JsonNames.Until, until);
        json.WriteIfAny(JsonNames.Reason, Reason);
    }

    public static Restricted Read(RoomEntryKind act, JsonElement json) =>
        new(act, json.ReadUser("user"), json.ReadTime("until"), json.ReadTextIfAny("reason"));
}

/// <summary>
/// All that this person has said, asked and sent for review here is gone, but for anonymous questions: what disappears
/// at the same moment would be known for hers. Moderators remove those one by one.
/// </summary>
internal sealed record HistoryErased(UserId User) : RoomFact
{
    public override RoomEntryKind Kind => RoomEntryKind.HistoryErased;
    public override RoomAudience Audience => RoomAudience.Everyone;
    public override void WriteTo(Utf8JsonWriter json) => json.WriteString(JsonNames.User, User.Value);
}

internal sealed record RoleGranted(UserId User, CommunityRole Role) : RoomFact
{
    public override RoomEntryKind Kind => RoomEntryKind.RoleGranted;
    public override RoomAudience Audience => RoomAudience.Moderators;

    public override void WriteTo(Utf8JsonWriter json)
    {
        json.WriteString(JsonNames.User, User.Value);
        json.WriteString(JsonNames.Role, JsonNamingPolicy.CamelCase.ConvertName(Role.ToString()));
    }

    public static RoleGranted Read(JsonElement json) => new(json.ReadUser("user"),
        Enum.Parse<CommunityRole>(json.ReadText("role"), ignoreCase: true));
}

/// <summary>
/// A moderator took away what somebody else wrote: the audit beside the tombstone that everyone sees. On the wire a
/// second <c>deleted</c> of the same target.
/// </summary>
/// <param name="Author">Null: the author is anonymous, and stays so.</param>
/// <param name="Text">What it said.</param>
/// <param name="Asker">Whose text it is, also where she is anonymous: for the log's keys, never written.</param>
internal sealed record DeletionAudited(
    long Target, UserId? Author, string Text, string? Reason, UserId? Asker = null) : RoomFact
{
    public override RoomEntryKind Kind => RoomEntryKind.Deleted;
    public override RoomAudience Audience => RoomAudience.Moderators;

    public override void WriteTo(Utf8JsonWriter json)
    {
        json.WriteNumber(JsonNames.Target, Target);
        json.WriteIfAny(JsonNames.Author, Author?.Value);
        json.WriteString(JsonNames.Text, Text);
        json.WriteIfAny(JsonNames.Reason, Reason);
    }

    public static DeletionAudited Read(JsonElement json) => new(json.GetProperty("target").GetInt64(),
        json.ReadTextIfAny("author") is { } author ? new UserId(author) : null, json.ReadText("text"),
        json.ReadTextIfAny("reason"));

    public bool Equals(DeletionAudited? other) => other is not null
        && (Target, Author, Text, Reason) == (other.Target, other.Author, other.Text, other.Reason);

    public override int GetHashCode() => Target.GetHashCode();
}
