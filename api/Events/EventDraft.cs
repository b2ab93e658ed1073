using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Engage.Api.Problems;
using Engage.Contracts;
using Engage.Contracts.Activity;

namespace Engage.Api.Events;

/// <summary>An event as a client wrote it. Fields that need a friendly error are read as text.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record EventDraft
{
    public string? EventId { get; init; }
    public string? User { get; init; }
    public string? Kind { get; init; }
    public string? Content { get; init; }
    public string? Community { get; init; }
    public string? Creator { get; init; }
    public double? Value { get; init; }
    public string? OccurredAt { get; init; }
    public string? Session { get; init; }
    public Dictionary<string, string>? Attributes { get; init; }

    /// <summary>Any other way to write a time reads differently in another country.</summary>
    private const string Iso8601 = "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK";

    /// <summary>Names and types exactly as documented: what is read leniently is lost silently.</summary>
    private static readonly JsonSerializerOptions Options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    };

    private static readonly Dictionary<string, ActivityKind> Kinds =
        Enum.GetValues<ActivityKind>().ToDictionary(ActivityEventRules.Name, StringComparer.Ordinal);

    /// <param name="caller">The user who sends; null for a service, which names the user of each event.</param>
    /// <returns>The event, or what is wrong with it.</returns>
    public (ActivityEvent? Event, string? Error) ToEvent(UserId? caller, DateTimeOffset now)
    {
        if (!Guid.TryParseExact(EventId, "D", out var eventId))
            return Wrong($"eventId: '{EventId}' is not a UUID such as 0199b5f0-7c1e-7000-8000-3d2f6c1a9b10");
        if (PlatformEventId.Has(eventId))
            return Wrong(
                $"eventId: '{EventId}' is a UUID of version 8 that begins with 656e6765, which the platform keeps for "
                + "events that it writes itself; use version 4 or 7");
        if (Kind is null || !Kinds.TryGetValue(Kind, out var kind))
            return Wrong($"kind: '{Kind}' is not one of {string.Join(", ", Kinds.Keys)}");
        if (caller is { } self && User is not null && User != self.Value)
            return Wrong($"user: '{User}' is not you; leave it out");
        if (caller is null && User is null) return Wrong("user: a service names the user of each event");
        if (!TryReadTime(now, out var occurredAt))
            return Wrong($"occurredAt: '{OccurredAt}' is not an ISO 8601 time such as 2026-11-22T08:00:00.000Z");

        var activity = new ActivityEvent
        {
            EventId = eventId,
            User = caller ?? new UserId(User!),
            Kind = kind,
            Content = Content is null ? null : new ContentId(Content),
            Community = Community is null ? null : new CommunityId(Community),
            Creator = Creator is null ? null : new CreatorId(Creator),
            Value = Value,
            OccurredAt = occurredAt,
            Session = Session,
            Attributes = Attributes is { Count: > 0 } ? Attributes : null,
        };
        return ActivityEventRules.Check(activity, now) is { } error ? Wrong(error) : (activity, null);
    }

    private bool TryReadTime(DateTimeOffset now, out DateTimeOffset time)
    {
        time = now;
        if (OccurredAt is not null && !DateTimeOffset.TryParseExact(
                OccurredAt, Iso8601, CultureInfo.InvariantCulture,
                DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out time))
            return false;

        // Milliseconds are the resolution that is promised; more would be lost on the way through the actors.
        time = DateTimeOffset.FromUnixTimeMilliseconds(time.ToUnixTimeMilliseconds());
        return true;
    }

    private static (ActivityEvent?, string?) Wrong(string error) => (null, error);

    /// <returns>The draft, or why this JSON is none.</returns>
    public static (EventDraft? Draft, string? Error) Read(JsonElement json)
    {
        if (json.ValueKind != JsonValueKind.Object) return (null, $"expected an object, found {json.ValueKind}");
        try
        {
            return (json.Deserialize<EventDraft>(Options), null);
        }
        catch (JsonException exception)
        {
            return (null, BadRequests.Describe(exception));
        }
    }

    /// <returns>The id as its client wrote it, also of an event that cannot be read; null if there is none.</returns>
    public static string? IdOf(JsonElement json) =>
        json.ValueKind == JsonValueKind.Object
        && json.TryGetProperty("eventId", out var id)
        && id.ValueKind == JsonValueKind.String
            ? id.GetString()
            : null;
}
