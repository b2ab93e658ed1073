using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Engage.Contracts;
using Engage.Contracts.Activity;

namespace Engage.Storage;

/// <summary>
/// What of an event is not a column: readable with any tool, and free to gain fields (an unknown one is ignored, a
/// missing one is null). Event id, user, kind and time are columns, stored once and searchable.
/// </summary>
internal sealed record EventBody
{
    public string? Content { get; init; }
    public string? Community { get; init; }
    public string? Creator { get; init; }
    public double? Value { get; init; }
    public string? Session { get; init; }
    public IReadOnlyDictionary<string, string>? Attributes { get; init; }

    public static void Encode(ActivityEvent activity, Utf8JsonWriter writer) => JsonSerializer.Serialize(
        writer,
        new EventBody
        {
            Content = activity.Content?.Value,
            Community = activity.Community?.Value,
            Creator = activity.Creator?.Value,
            Value = activity.Value,
            Session = activity.Session,
            Attributes = activity.Attributes,
        },
        EventBodyJson.Readable.EventBody);

    /// <exception cref="JsonException">The bytes are not a body.</exception>
    public static EventBody Decode(ReadOnlySpan<byte> utf8) =>
        JsonSerializer.Deserialize(utf8, EventBodyJson.Readable.EventBody)
        ?? throw new JsonException("expected an object, found null");

    /// <summary>The event as every later reader sees it: UTC and whole milliseconds, as the column keeps it.</summary>
    public static ActivityEvent Normalize(ActivityEvent activity)
    {
        var milliseconds = DateTimeOffset.FromUnixTimeMilliseconds(activity.OccurredAt.ToUnixTimeMilliseconds());
        return activity.OccurredAt.EqualsExact(milliseconds) ? activity : activity with { OccurredAt = milliseconds };
    }

    public ActivityEvent ToEvent(Guid eventId, UserId user, ActivityKind kind, long occurredAtMs) => new()
    {
        EventId = eventId,
        User = user,
        Kind = kind,
        Content = Content is null ? null : new ContentId(Content),
        Community = Community is null ? null : new CommunityId(Community),
        Creator = Creator is null ? null : new CreatorId(Creator),
        Value = Value,
        OccurredAt = DateTimeOffset.FromUnixTimeMilliseconds(occurredAtMs),
        Session = Session,
        Attributes = Attributes,
    };
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(EventBody))]
internal sealed partial class EventBodyJson : JsonSerializerContext
{
    /// <summary>Chinese text stays text: a third of the bytes of \u escapes, and readable.</summary>
    public static EventBodyJson Readable { get; } = new(new JsonSerializerOptions
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    });
}
