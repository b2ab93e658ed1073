using System.Text.Json;

namespace Engage.Grains.Recommending;

/// <summary>How far a stored model has come; kept beside its weights in the same write.</summary>
internal sealed class ModelMarks
{
    /// <summary>Per journal partition, the offset up to which it has learned.</summary>
    public required long[] Applied { get; init; }

    public long CatalogueRevision { get; set; }

    public long Examples { get; set; }

    /// <summary>First engagements that trained all but the ranker; see <see cref="LearningPace"/>.</summary>
    public long Unranked { get; set; }

    /// <summary>When the newest event learned from happened, Unix time in milliseconds.</summary>
    public long StreamTimeMs { get; set; }

    public GuardMarks Guard { get; set; } = new();

    public byte[] Write() => JsonSerializer.SerializeToUtf8Bytes(this);

    public static ModelMarks Read(byte[] json) =>
        JsonSerializer.Deserialize<ModelMarks>(json) ?? throw new JsonException("The stored model's marks are null.");
}
