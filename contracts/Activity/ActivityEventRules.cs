using Engage.Contracts.Recommending;

namespace Engage.Contracts.Activity;

/// <summary>
/// What makes an event acceptable by itself; whether its ids exist is the catalogue's to say. Pure: pass the time in.
/// </summary>
public static class ActivityEventRules
{
    public const int SessionLengthMax = 64;
    public const int AttributesMax = 16;
    public const int AttributeKeyLengthMax = 32;
    public const int AttributeValueLengthMax = 256;
    public const double RatingMax = 5;

    /// <summary>How far a client's clock may run ahead of ours.</summary>
    public static readonly TimeSpan ClockSkewMax = TimeSpan.FromMinutes(5);

    /// <summary>Before it no platform of ours existed; a date such as 0001-01-01 is a client's bug.</summary>
    public static readonly DateTimeOffset OccurredAtMin = new(1970, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <returns>Null if the event is good, otherwise what is wrong: field, value, expectation.</returns>
    public static string? Check(ActivityEvent activity, DateTimeOffset now) =>
        CheckIdentity(activity)
        ?? CheckTarget(activity)
        ?? CheckValue(activity)
        ?? CheckTime(activity.OccurredAt, now)
        ?? CheckAttributes(activity)
        ?? CheckShown(activity);

    private static string? CheckIdentity(ActivityEvent activity)
    {
        if (activity.EventId == Guid.Empty) return "eventId: expected a UUID chosen by the client, found the empty one";
        if (!Enum.IsDefined(activity.Kind)) return $"kind: '{activity.Kind}' is not one of {KindNames}";

        return CheckId("user", activity.User.Value)
            ?? CheckId("content", activity.Content?.Value, optional: true)
            ?? CheckId("community", activity.Community?.Value, optional: true)
            ?? CheckId("creator", activity.Creator?.Value, optional: true);
    }

    private static string? CheckId(string field, string? id, bool optional = false) =>
        id is null && optional || IdText.IsValid(id)
            ? null
            : $"{field}: '{Shorten(id)}' is not an id; "
                + $"expected 1 to {IdText.LengthMax} characters of A-Z a-z 0-9 . _ : -";

    private static string? CheckTarget(ActivityEvent activity) => activity.Kind switch
    {
        ActivityKind.Searched => activity.Attributes?.GetValueOrDefault("query") is { Length: > 0 }
            ? null
            : "attributes: 'searched' needs the attribute 'query'",
        ActivityKind.Followed => activity.Creator is not null || activity.Community is not null
            ? null
            : "creator: 'followed' needs a creator or a community",
        ActivityKind.Purchased =>
            activity.Content is not null || activity.Creator is not null || activity.Community is not null
            ? null
            : "content: 'purchased' needs a content, a creator or a community",
        ActivityKind.Joined or ActivityKind.Left => activity.Content is not null || activity.Community is not null
            ? null
            : $"content: '{Name(activity.Kind)}' needs a content or a community",
        _ => activity.Content is not null ? null : $"content: '{Name(activity.Kind)}' needs a content",
    };

    private static string? CheckValue(ActivityEvent activity) => (activity.Kind, activity.Value) switch
    {
        (ActivityKind.Progressed, null or < 0 or > 1 or double.NaN) =>
            $"value: 'progressed' needs the share done, 0 to 1; found {Show(activity.Value)}",
        (ActivityKind.Rated, null or < 0 or > RatingMax or double.NaN) =>
            $"value: 'rated' needs 0 to {RatingMax} stars; found {Show(activity.Value)}",
        (ActivityKind.Purchased, < 0 or > MinorUnitsMax or double.NaN) =>
            $"value: 'purchased' takes an amount in minor units, 0 or more; found {Show(activity.Value)}",
        (ActivityKind.Progressed or ActivityKind.Rated or ActivityKind.Purchased, _) or (_, null) => null,
        _ => $"value: '{Name(activity.Kind)}' takes none; found {Show(activity.Value)}",
    };

    private static string? CheckTime(DateTimeOffset occurredAt, DateTimeOffset now)
    {
        if (occurredAt < OccurredAtMin) return $"occurredAt: {occurredAt:O} is before {OccurredAtMin:O}";
        if (occurredAt > now + ClockSkewMax)
            return $"occurredAt: {occurredAt:O} is more than {ClockSkewMax.TotalMinutes} minutes "
                + $"ahead of the server ({now:O}); set the client's clock";
        return null;
    }

    private static string? CheckAttributes(ActivityEvent activity)
    {
        if (activity.Session is { Length: > SessionLengthMax })
            return $"session: {activity.Session.Length} characters, at most {SessionLengthMax}";
        if (activity.Attributes is not { } attributes) return null;
        if (attributes.Count > AttributesMax) return $"attributes: {attributes.Count} pairs, at most {AttributesMax}";

        foreach (var (key, value) in attributes)
        {
            if (key.Length is 0 or > AttributeKeyLengthMax)
                return $"attributes: key '{Shorten(key)}' has {key.Length} characters, "
                    + $"expected 1 to {AttributeKeyLengthMax}";
            if (value is null || value.Length > AttributeValueLengthMax)
                return $"attributes: '{key}' has {value?.Length ?? 0} characters, "
                    + $"expected a string of at most {AttributeValueLengthMax}";
        }
        return null;
    }

    private static string? CheckShown(ActivityEvent activity)
    {
        string? error = null;
        if (activity.Kind == ActivityKind.Impression) ShownSlot.Read(activity.Attributes, out error);
        return error;
    }

    /// <summary>Beyond it a double no longer counts minor units exactly.</summary>
    private const double MinorUnitsMax = 1L << 53;

    private static readonly string KindNames = string.Join(", ", Enum.GetValues<ActivityKind>().Select(Name));

    /// <summary>The kind as it is written on the wire.</summary>
    public static string Name(ActivityKind kind) => char.ToLowerInvariant($"{kind}"[0]) + $"{kind}"[1..];

    private static string Show(double? value) => value is { } v ? $"{v}" : "none";

    private static string? Shorten(string? text) => text is { Length: > 40 } ? text[..40] + "…" : text;
}
