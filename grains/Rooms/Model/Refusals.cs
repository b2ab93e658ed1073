using System.Globalization;
using Engage.Contracts.Rooms;

namespace Engage.Grains.Rooms;

/// <summary>
/// Why a room does not do what it is asked to: names of docs/protocol.md, "Errors", and sentences for people.
/// </summary>
internal static class Refusals
{
    public static RoomRefusal Invalid(string detail) => new("invalid-request", detail);
    public static RoomRefusal Forbidden(string detail) => new("forbidden", detail);
    public static RoomRefusal NotFound(string detail) => new("not-found", detail);
    public static RoomRefusal Conflict(string detail) => new("conflict", detail);
    public static RoomRefusal TooMany(string detail) => new("too-many", detail);

    public static RoomRefusal Busy(string detail, TimeSpan wait) => new("busy", $"{detail}; try again", wait);

    public static RoomRefusal EmojiOnly() => new("emoji-only",
        "the room takes nothing but emoji at the moment; wait until a moderator changes that");

    public static RoomRefusal Filtered(string what) => new("filtered",
        $"{what} contains a word that this room does not want; say it in other words");

    /// <summary>As much of a client's text as an error repeats.</summary>
    public static string Short(string? text) => text is { Length: > 20 } ? $"{text[..20]}…" : text ?? "";

    public static RoomRefusal Banned(Standing standing) => Forbidden(
        $"you are banned from this community {Until(standing.BannedUntil)}{Because(standing.BanReason)}");

    public static RoomRefusal Muted(Standing standing, DateTimeOffset now) => new("muted",
        $"you are muted in this community {Until(standing.MutedUntil)}{Because(standing.MuteReason)}; you can " +
        "read on, vote and react",
        standing.MutedUntil == DateTimeOffset.MaxValue ? null : standing.MutedUntil - now);

    public static RoomRefusal ModeratorsOnly(string what, Standing standing) => Forbidden(
        $"{what} takes a moderator or the owner of the community; you are a {Name(standing.Role)} of it");

    public static RoomRefusal NotLive(RoomPhase phase) => new("not-live", phase == RoomPhase.Ended
        ? "the room has ended: it can be read and replayed, and moderators alone still act in it"
        : "the room has not begun: until a moderator starts it, moderators alone act in it");

    public static RoomRefusal MembersOnly() => new("members-only",
        "the room is for members at the moment and you are a visitor of the community: watch on, or become a member");

    public static RoomRefusal SlowDown(long wait) => new("slow-down",
        $"you did much in a short time; your next action is taken in {Seconds(wait)}", TimeSpan.FromMilliseconds(wait));

    public static RoomRefusal SlowMode(TimeSpan between, long wait) => new("slow-mode",
        $"the room takes a message of one person every {between.TotalSeconds:0} s; your next one is taken in " +
        Seconds(wait), TimeSpan.FromMilliseconds(wait));

    private static string Until(DateTimeOffset? until) => until == DateTimeOffset.MaxValue
        ? "for ever"
        : $"until {until?.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture)} UTC";

    private static string Because(string? reason) => string.IsNullOrEmpty(reason) ? "" : $": {reason}";

    private static string Seconds(long wait) => string.Create(CultureInfo.InvariantCulture, $"{wait / 1000.0:0.0##} s");

    private static string Name(CommunityRole role) => role.ToString().ToLowerInvariant();
}
