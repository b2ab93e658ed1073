using System.Globalization;
using Engage.Contracts;

namespace Engage.Storage.Privacy;

/// <summary>Who has a key besides people. No user id has a slash.</summary>
public static class KeyOwners
{
    private const string MonthPrefix = "month/";

    /// <summary>For what a room's people have made together.</summary>
    public static UserId Of(RoomId room) => new($"room/{room}");

    /// <summary>
    /// For what is kept for some months and then let go of at once, wherever it is written: by destroying the key of
    /// the month (UTC) that it came in.
    /// </summary>
    public static UserId Month(DateTimeOffset at) =>
        new(MonthPrefix + at.UtcDateTime.ToString("yyyy-MM", CultureInfo.InvariantCulture));

    /// <returns>Whether it is a month that was over at that time.</returns>
    public static bool IsMonthBefore(UserId owner, DateTimeOffset at) =>
        owner.Value.StartsWith(MonthPrefix, StringComparison.Ordinal)
        && string.CompareOrdinal(owner.Value, Month(at).Value) < 0;

    /// <summary>Whether it is somebody, and not a room or a month.</summary>
    public static bool IsPerson(UserId owner) => !owner.Value.Contains('/', StringComparison.Ordinal);
}
