namespace Engage.Contracts.Economy;

/// <summary>Ids of time zones as people send them.</summary>
public static class ZoneIds
{
    private const int LengthMax = 64;

    /// <summary>
    /// Finds the zone by its id of the IANA data base, such as <c>Europe/Berlin</c>. The runtime reads the file of that
    /// name: what could name another one, a device at worst, is known to be no zone before it looks.
    /// </summary>
    /// <returns>Null if there is none.</returns>
    public static TimeZoneInfo? Find(string id) =>
        IsId(id) && TimeZoneInfo.TryFindSystemTimeZoneById(id, out var zone) ? zone : null;

    private static bool IsId(string id) => id.Length is > 0 and <= LengthMax && char.IsAsciiLetter(id[0])
        && id.All(c => char.IsAsciiLetterOrDigit(c) || c is '/' or '_' or '-' or '+');
}
