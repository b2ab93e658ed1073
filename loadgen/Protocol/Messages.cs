using System.Text.Json;
using System.Text.Json.Serialization;

namespace Engage.LoadGen.Protocol;

/// <summary>A text in Chinese, English or both.</summary>
public sealed record Text(string? Zh = null, string? En = null);

/// <summary>One activity event as docs/protocol.md, "Events", has it. What is null is not sent.</summary>
public sealed record EventMessage
{
    public required Guid EventId { get; init; }
    public required string User { get; init; }
    public required string Kind { get; init; }
    public string? Content { get; init; }
    public string? Creator { get; init; }
    public string? Community { get; init; }
    public double? Value { get; init; }
    public DateTimeOffset? OccurredAt { get; init; }
    public string? Session { get; init; }
    public IReadOnlyDictionary<string, string>? Attributes { get; init; }
}

/// <summary>What became of one event of a batch; <see cref="Status"/> is accepted, duplicate or rejected.</summary>
public sealed record EventResult(int Index, string? EventId, string Status, string? Position, string? Error);

/// <summary>Answer to a batch of events.</summary>
public sealed record EventsAnswer(
    int Accepted, int Duplicates, int Rejected, string? Position, IReadOnlyList<EventResult> Results)
{
    /// <summary>Attempts it took; more than one means that an earlier one may have been taken unseen.</summary>
    [JsonIgnore]
    public int Attempts { get; init; } = 1;
}

/// <summary>One recommendation; reasons and titles are for people and not read here.</summary>
public sealed record RecommendedItem(
    string Content, double Score, string? Creator, string? Community, string? ContentKind, float? Propensity = null,
    bool? Explored = null);

/// <summary>A user's recommendations, best first.</summary>
public sealed record RecommendationsAnswer(string User, long Version, bool Stale, IReadOnlyList<RecommendedItem> Items);

public sealed record CommunityMessage(string Id, Text Name, Text? Description = null);

public sealed record CreatorMessage(
    string Id, Text Name, Text? Description = null, IReadOnlyList<string>? Communities = null);

public sealed record ContentMessage(
    string Id,
    string ContentKind,
    string Creator,
    string Community,
    Text Title,
    Text? Description = null,
    IReadOnlyList<string>? Tags = null,
    DateTimeOffset? PublishedAt = null);

/// <summary>Something for sale.</summary>
public sealed record OfferMessage
{
    public required string Id { get; init; }
    public required string Kind { get; init; }
    public required SellerMessage Seller { get; init; }
    public required Text Title { get; init; }
    public required IReadOnlyList<GrantMessage> Grants { get; init; }
    public required MoneyMessage Price { get; init; }
    public string? Interval { get; init; }
    public int? TrialDays { get; init; }
}

public sealed record SellerMessage(string? Creator, string? Community);

/// <param name="Scope">Such as <c>content:c-1</c>.</param>
/// <param name="Days">Null: for ever, or as long as it is paid.</param>
public sealed record GrantMessage(string Scope, int? Days = null);

public sealed record MoneyMessage(long MinorUnits, string Currency);

/// <summary>A live room; without a schedule it is open at once.</summary>
public sealed record RoomMessage(string Id, string Community, string Creator, Text Title);

/// <summary>A page of a room's log.</summary>
public sealed record EntriesAnswer(IReadOnlyList<EntryMessage> Entries, long Through, bool More);

/// <summary>One entry of a room's log, as far as it matters to a reader who counts.</summary>
/// <param name="Counts">Of reactions to the moment, per emoji.</param>
public sealed record EntryMessage(
    long Seq, string Kind, Guid? Id = null, IReadOnlyDictionary<string, long>? Counts = null);

/// <summary>The counters that every catalogue entry and every user's activity carries, by event kind.</summary>
public sealed record CountersAnswer(IReadOnlyDictionary<string, long>? Counters);

public sealed record PartitionProgress(int Partition, long Head, long Applied);

public sealed record ProgressAnswer(IReadOnlyList<PartitionProgress> Partitions)
{
    /// <summary>Whether every durable event has been applied to every actor.</summary>
    [JsonIgnore]
    public bool Drained => Partitions.All(partition => partition.Applied >= partition.Head);
}

internal sealed record TokenRequest(string ClientId, string ClientSecret);

internal sealed record TokenAnswer(
    string AccessToken, int ExpiresIn, string? User = null, string? RefreshToken = null);

/// <summary>Somebody who is signed in.</summary>
/// <param name="Token">Her access token.</param>
/// <param name="Lifetime">How long it is good for, from when it was given.</param>
public sealed record UserSession(string User, string Token, string RefreshToken, TimeSpan Lifetime)
{
    /// <summary>Says nothing of what is secret in it.</summary>
    public override string ToString() => $"{nameof(UserSession)}({User})";
}

internal sealed record RegisterRequest(string UserName, string Password, string DisplayName)
{
    /// <summary>People who are made up have nothing to hide, and the platform is to learn from them.</summary>
    public Dictionary<string, bool> Consent { get; } =
        new() { ["personalization"] = true, ["analytics"] = true, ["marketing"] = true };
}

/// <summary>RFC 9457.</summary>
internal sealed record ProblemAnswer(string? Title, string? Detail);

internal static class Json
{
    /// <summary>camelCase names, nothing for null, milliseconds in times.</summary>
    public static JsonSerializerOptions Options { get; } = new(JsonSerializerDefaults.Web)
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Converters = { new MillisecondTime() },
    };

    private sealed class MillisecondTime : JsonConverter<DateTimeOffset>
    {
        public override DateTimeOffset Read(ref Utf8JsonReader reader, Type type, JsonSerializerOptions options) =>
            reader.GetDateTimeOffset();

        public override void Write(Utf8JsonWriter writer, DateTimeOffset value, JsonSerializerOptions options) =>
            writer.WriteStringValue(value.ToUniversalTime().ToString(
                "yyyy-MM-dd'T'HH:mm:ss.fff'Z'", System.Globalization.CultureInfo.InvariantCulture));
    }
}
