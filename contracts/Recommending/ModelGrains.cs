using Engage.Contracts.Activity;
using Orleans.Concurrency;

namespace Engage.Contracts.Recommending;

/// <summary>
/// One user's interest at one moment, as the model reads it: parallel lists, oldest first. What they show is shared,
/// and never written after it is here.
/// </summary>
/// <param name="Excluded">All that was engaged with: not to be recommended.</param>
[GenerateSerializer, Immutable, Alias("engage.interest-view")]
public sealed record InterestView(
    [property: Id(10)] ReadOnlyMemory<string> RecentContents,
    [property: Id(11)] ReadOnlyMemory<float> RecentWeights,
    [property: Id(12)] ReadOnlyMemory<long> RecentAtMs,
    [property: Id(13)] ReadOnlyMemory<string> Excluded,
    [property: Id(4)] string[] FollowedCreators)
{
    /// <summary>Of somebody who dismissed nothing, in arrays of one's own.</summary>
    public InterestView(
        string[] recentContents, float[] recentWeights, long[] recentAtMs, string[] excluded,
        string[] followedCreators)
        : this(
            (ReadOnlyMemory<string>)recentContents, recentWeights, recentAtMs, excluded, followedCreators)
    {
    }

    /// <summary>Shown and not taken, parallel to the next two; null from an older version.</summary>
    [Id(5)] public string[]? ShownContents { get; init; }
    [Id(6)] public int[]? ShownTimes { get; init; }
    [Id(7)] public long[]? ShownAtMs { get; init; }

    /// <summary>Owned: left out like <see cref="Excluded"/>, without being anything that she did; null: none.</summary>
    [Id(8)] public string[]? OwnedContents { get; init; }

    /// <summary>Dismissed: left out like <see cref="Excluded"/>.</summary>
    [Id(9)] public ReadOnlyMemory<string> DismissedContents { get; init; }
}

/// <summary>An event to learn from: who, as she was just before, and what then happened.</summary>
/// <param name="Before">
/// Null for a repeated engagement, and for one so old that what the user was like then is no longer known: it moves
/// trends, it does not train.
/// </param>
/// <param name="Content">Without a value (<see cref="HasContent"/>) for an event that names none.</param>
/// <param name="Weight">How strongly the event engages with its content; 0 if it does not.</param>
[GenerateSerializer, Immutable, Alias("engage.learning-example")]
public sealed record LearningExample(
    [property: Id(0)] long Offset,
    [property: Id(1)] InterestView? Before,
    [property: Id(2)] ContentId Content,
    [property: Id(3)] float Weight,
    [property: Id(4)] long AtMs)
{
    /// <summary>Without a value in examples of an older version.</summary>
    [Id(5)] public UserId User { get; init; }

    /// <summary>0 in examples of an older version: an engagement.</summary>
    [Id(6)] public ActivityKind Kind { get; init; }

    /// <summary>As <see cref="ActivityEvent.Value"/>.</summary>
    [Id(7)] public double? Value { get; init; }
    [Id(8)] public CreatorId? Creator { get; init; }

    /// <summary>Of an impression: how its item came to be shown.</summary>
    [Id(9)] public ShownSlot? Shown { get; init; }

    /// <summary>
    /// What the user did before, oldest first; null from an older version, for impressions, and when it is no longer
    /// known.
    /// </summary>
    [Id(10)] public RecentAction[]? History { get; init; }

    public bool HasContent => Content.Value is not null;
}

/// <summary>The examples of the offsets in (<see cref="After"/>, <see cref="Through"/>] of one partition.</summary>
[GenerateSerializer, Immutable, Alias("engage.learning-batch")]
public sealed record LearningBatch(
    [property: Id(0)] int Partition,
    [property: Id(1)] long After,
    [property: Id(2)] long Through,
    [property: Id(3)] LearningExample[] Examples)
{
    /// <summary>
    /// Unix time in milliseconds, by the pump's clock, since which its first event has been in the journal, at most;
    /// null when nobody waits for it, as for what was journaled before its pump began, and from an older version.
    /// </summary>
    [Id(4)] public long? WaitingSinceMs { get; init; }
}

/// <summary>The only writer of the model's weights; one for the whole platform (key <see cref="Key"/>).</summary>
[Alias("engage.IModelGrain")]
public interface IModelGrain : IGrainWithStringKey
{
    const string Key = "main";

    /// <summary>Learns what is new in the batch and publishes a snapshot.</summary>
    /// <returns>
    /// The offset up to which this partition is now learned. Below <see cref="LearningBatch.Through"/> when the batch
    /// begins behind a gap, or when the model broke and went back: deliver again from the answered offset.
    /// </returns>
    [Alias("LearnAsync")]
    Task<long> LearnAsync([Immutable] LearningBatch batch);

    /// <summary>
    /// The offset up to which a partition is learned and stored: a pump that restarts begins no later.
    /// </summary>
    [Alias("GetStoredAsync")]
    Task<long> GetStoredAsync(int partition);

    /// <summary>
    /// Drops what is kept of a user to be learned from later. When it returns, nothing more is learned from her events
    /// of the partition up to <paramref name="through"/>, also of batches that are still on their way.
    /// </summary>
    [Alias("ForgetAsync")]
    Task ForgetAsync(UserId user, int partition, long through);

    /// <summary>What was forgotten, and learned, before the call is stored when it returns.</summary>
    [AlwaysInterleave, Alias("StoreNowAsync")]
    Task StoreNowAsync();

    /// <summary>Takes in what is new in the catalogue; afterwards it can be recommended.</summary>
    [AlwaysInterleave, Alias("FollowCatalogueAsync")]
    Task FollowCatalogueAsync();

    [AlwaysInterleave, Alias("GetProgressAsync")]
    Task<ModelProgress> GetProgressAsync();

    [AlwaysInterleave, Alias("GetReportAsync")]
    Task<ModelReport> GetReportAsync();
}

/// <param name="Version">Of the newest published snapshot.</param>
/// <param name="Examples">Learned so far.</param>
/// <param name="Applied">Per partition, the offset up to which it has learned.</param>
[GenerateSerializer, Immutable, Alias("engage.model-progress")]
public sealed record ModelProgress(
    [property: Id(0)] long Version, [property: Id(1)] long Examples, [property: Id(2)] long[] Applied);
