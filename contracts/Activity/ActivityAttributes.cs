namespace Engage.Contracts.Activity;

/// <summary>Attributes of events that the platform itself reads, besides how something came to be shown.</summary>
public static class ActivityAttributes
{
    private const int CurrencyLength = 3;

    /// <summary>Of what was <c>purchased</c>: ISO 4217. Absent: that of the content's price.</summary>
    public const string Currency = "currency";

    /// <returns>Null if the event names none, or nothing that could be one.</returns>
    public static string? CurrencyOf(ActivityEvent activity) =>
        activity.Attributes?.GetValueOrDefault(Currency) is { Length: CurrencyLength } code
        && code.All(char.IsAsciiLetterUpper)
            ? code
            : null;
}
