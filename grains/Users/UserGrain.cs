using Engage.Contracts;
using Engage.Contracts.Activity;
using Engage.Contracts.Recommending;
using Engage.Grains.Activity;
using Engage.Grains.Recommending;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Engage.Grains.Users;

/// <summary>
/// One user. Events come from the pump of her partition, one turn at a time; feeds are read in between (they
/// interleave) and pushed to whoever watches, after each batch of events and when the model has moved on.
/// </summary>
internal sealed class UserGrain(
    [PersistentState("user")] IPersistentState<UserState> state,
    FeedComposer composer,
    ModelBoard board,
    IOptions<ExplorationOptions> exploration,
    TimeProvider time,
    ILogger<UserGrain> logger) : ProjectionGrain<UserState>(state), IUserGrain
{
    /// <summary>How long a reader waits for her own write.</summary>
    private static readonly TimeSpan ReadYourWritesMax = TimeSpan.FromSeconds(2);

    /// <summary>How often a watched feed is looked at again though its user did nothing: others did.</summary>
    private static readonly TimeSpan RefreshPeriod = TimeSpan.FromSeconds(3);

    /// <summary>Made by the first who waits: a million idle users need none.</summary>
    private TaskCompletionSource? _applied;
    private FeedWatch? _watch;

    private UserId Id => new(this.GetPrimaryKeyString());

    public Task<LearningExample[]> ApplyAsync(JournalBatch batch)
    {
        var examples = new List<LearningExample>(batch.Events.Length);
        (Recommend.UserContext Context, InterestView View)? view = null;
        ApplyNew(batch, journaled =>
        {
            examples.Add(LearningExamples.Of(journaled, State, ref view));
        });
        Interlocked.Exchange(ref _applied, null)?.SetResult();
        _watch?.Refresh();
        return Task.FromResult(examples.ToArray());
    }

    public async Task<Feed> GetFeedAsync(FeedRequest request, CancellationToken cancellationToken)
    {
        var stale = request.After is { } position && !await AppliedInTimeAsync(position, cancellationToken);
        var feed = await ComposeFeedAsync(
            request.Limit, request.Explore, RankingPriority.Interactive, cancellationToken, request.Filter);
        return feed with { Stale = stale };
    }

    public async Task<Feed> WatchFeedAsync(IFeedObserver observer, int limit, CancellationToken cancellationToken)
    {
        Watch().Add(observer, limit);
        return await ComposeFeedAsync(limit, explore: true, RankingPriority.Interactive, cancellationToken);
    }

    public Task RenewWatchAsync(IFeedObserver observer, int limit)
    {
        // A watcher that this activation does not know watched one that is gone, and missed what it pushed since.
        var watch = Watch();
        if (watch.Add(observer, limit)) watch.Refresh();
        return Task.CompletedTask;
    }

    public Task UnwatchFeedAsync(IFeedObserver observer)
    {
        _watch?.Remove(observer);
        return Task.CompletedTask;
    }

    public Task<UserOutlook> GetOutlookAsync() =>
        GrainFactory.GetGrain<IScoringGrain>("local").OutlookAsync(ActionLog.Last(State.Actions));

    public Task<UserActivity> GetActivityAsync()
    {
        var recent = State.Interest.Current();
        return Task.FromResult(new UserActivity
        {
            User = Id,
            Counters = new Dictionary<ActivityKind, long>(State.Counters),
            Recent = [.. recent.RecentItems
                .Zip(recent.RecentAtMs, (content, atMs) =>
                    new RecentEngagement(new ContentId(content), DateTimeOffset.FromUnixTimeMilliseconds(atMs)))
                .Reverse()],
        });
    }

    protected override void Apply(JournalPosition position, ActivityEvent activity)
    {
        State.Position = position;
        ActionLog.Add(State.Actions, activity, position.Offset);
        var atMs = activity.OccurredAt.ToUnixTimeMilliseconds();
        switch (activity)
        {
            case { Kind: ActivityKind.Followed, Creator: { } creator }:
                State.Interest.Follow(creator.Value, position.Offset);
                break;
            case { Kind: ActivityKind.Dismissed, Content: { } content }:
                State.Interest.Dismiss(content.Value, position.Offset);
                break;
            case { Kind: ActivityKind.Impression, Content: { } content }:
                State.Interest.Show(content.Value, atMs);
                break;
            case { Content: { } content } when InterestRules.EngagementWeight(activity.Kind) is > 0 and var weight:
                State.Interest.Engage(content.Value, weight, atMs, position.Offset);
                break;
        }
    }

    private async Task<bool> AppliedInTimeAsync(JournalPosition position, CancellationToken cancellationToken)
    {
        var deadline = time.GetUtcNow() + ReadYourWritesMax;
        while (!State.Holds(position))
        {
            var left = deadline - time.GetUtcNow();
            if (left <= TimeSpan.Zero) return false;
            try
            {
                await (_applied ??= NewSignal()).Task.WaitAsync(left, time, cancellationToken);
            }
            catch (TimeoutException)
            {
                return false;
            }
        }
        return true;
    }

    private async Task<Feed> ComposeFeedAsync(
        int limit, bool explore, RankingPriority priority, CancellationToken cancellationToken,
        FeedFilter? filter = null)
    {
        var position = State.Position;
        var ranking = await GrainFactory.GetGrain<IScoringGrain>("local")
            .RankAsync(
                new(State.Interest.CurrentWithShown().ToView(), limit)
                {
                    User = Id,
                    Priority = priority,
                    Filter = filter,
                    AvailableAt = time.GetUtcNow(),
                    ExploredShare = explore ? exploration.Value.Share : 0,
                    ExplorationSeed = explore ? exploration.Value.Seed(Id, State.Interest, time.GetUtcNow()) : 0,
                },
                cancellationToken);
        return new()
        {
            User = Id,
            Version = ranking.Version,
            GeneratedAt = time.GetUtcNow(),
            Position = position,
            Items = composer.Compose(ranking.Contents),
        };
    }

    private FeedWatch Watch()
    {
        if (_watch is not null) return _watch;

        var watch = _watch = new FeedWatch(
            (limit, priority) => ComposeFeedAsync(limit, explore: true, priority, CancellationToken.None),
            time,
            logger);
        this.RegisterGrainTimer(
            _ =>
            {
                watch.RefreshIfModelMoved(board.Current?.Snapshot.Version ?? 0);
                return Task.CompletedTask;
            },
            new GrainTimerCreationOptions(RefreshPeriod, RefreshPeriod));
        return watch;
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
