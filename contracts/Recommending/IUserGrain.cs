using Engage.Contracts.Activity;
using Orleans.Concurrency;

namespace Engage.Contracts.Recommending;

/// <summary>One user: what she did, what she is interested in, and the feed that follows from it.</summary>
[Alias("engage.IUserGrain")]
public interface IUserGrain : IProjectionGrain
{
    /// <summary>
    /// As <see cref="IActivityProjectionGrain.ApplyAsync"/>, and answers what the model can learn from the batch.
    /// </summary>
    /// <remarks>
    /// Events applied before are skipped but their examples are answered again: the model may have lost them.
    /// </remarks>
    [Alias("ApplyAsync")]
    Task<LearningExample[]> ApplyAsync([Immutable] JournalBatch batch);

    [AlwaysInterleave, Alias("GetFeedAsync")]
    Task<Feed> GetFeedAsync(FeedRequest request, CancellationToken cancellationToken);

    /// <summary>
    /// Answers the feed and from then on pushes it whenever it changes. Renew within <see cref="WatchLifetime"/>.
    /// </summary>
    [AlwaysInterleave, Alias("WatchFeedAsync")]
    Task<Feed> WatchFeedAsync(IFeedObserver observer, int limit, CancellationToken cancellationToken);

    [AlwaysInterleave, Alias("RenewWatchAsync")]
    Task RenewWatchAsync(IFeedObserver observer, int limit);

    [AlwaysInterleave, Alias("UnwatchFeedAsync")]
    Task UnwatchFeedAsync(IFeedObserver observer);

    /// <summary>What the model expects of her.</summary>
    [AlwaysInterleave, Alias("GetOutlookAsync")]
    Task<UserOutlook> GetOutlookAsync();

    [AlwaysInterleave, Alias("GetActivityAsync")]
    Task<UserActivity> GetActivityAsync();

    /// <summary>What she owns has changed: her feed leaves out what she bought from now on.</summary>
    [AlwaysInterleave, OneWay, Alias("OwnedChangedAsync")]
    Task OwnedChangedAsync();

    static readonly TimeSpan WatchLifetime = TimeSpan.FromMinutes(2);
}

/// <summary>Receives a watched user's feeds. Calls are one-way and may be dropped when the gateway is gone.</summary>
[Alias("engage.IFeedObserver")]
public interface IFeedObserver : IGrainObserver
{
    [Alias("OnFeed")]
    void OnFeed([Immutable] Feed feed);
}

/// <summary>What a user did.</summary>
[GenerateSerializer, Immutable, Alias("engage.user-activity")]
public sealed record UserActivity
{
    [Id(0)] public required UserId User { get; init; }
    [Id(1)] public required IReadOnlyDictionary<ActivityKind, long> Counters { get; init; }

    /// <summary>Newest first.</summary>
    [Id(2)] public required RecentEngagement[] Recent { get; init; }
}

[GenerateSerializer, Immutable, Alias("engage.recent-engagement")]
public sealed record RecentEngagement([property: Id(0)] ContentId Content, [property: Id(1)] DateTimeOffset OccurredAt);
