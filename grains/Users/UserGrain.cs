using Engage.Contracts;
using Engage.Contracts.Activity;
using Engage.Contracts.Commerce;
using Engage.Contracts.Privacy;
using Engage.Contracts.Recommending;
using Engage.Grains.Activity;
using Engage.Grains.Catalogue;
using Engage.Grains.Privacy;
using Engage.Grains.Recommending;
using Engage.Storage;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Engage.Grains.Users;

/// <summary>
/// One user. Events come from the pump of her partition, one turn at a time; feeds are read in between (they
/// interleave) and pushed to whoever watches, after each batch of events and when the model has moved on. What she
/// consents to is decided here, too: between two batches, and stored with what it changes, so that no event is ever on
/// the wrong side of it.
/// </summary>
internal sealed class UserGrain(
    [PersistentState("user")] IPersistentState<UserState> state,
    FeedComposer composer,
    CatalogueView catalogue,
    ModelBoard board,
    IActivityJournal journal,
    IOptions<ExplorationOptions> exploration,
    IOptions<FeedOptions> feeds,
    IOptions<PrivacyOptions> privacy,
    TimeProvider time,
    ILogger<UserGrain> logger) : ProjectionGrain<UserState>(state), IUserGrain, IConsentGrain
{
    /// <summary>How long a reader waits for her own write.</summary>
    private static readonly TimeSpan ReadYourWritesMax = TimeSpan.FromSeconds(2);

    /// <summary>How often a watched feed is looked at again though its user did nothing: others did.</summary>
    private static readonly TimeSpan RefreshPeriod = TimeSpan.FromSeconds(3);

    /// <summary>Whose feed is what is popular.</summary>
    private static readonly Recommend.UserInterest Nobody = new();

    /// <summary>Made by the first who waits: a million idle users need none.</summary>
    private TaskCompletionSource? _applied;
    private FeedWatch? _watch;
    private OwnedContents? _owned;

    private UserId Id => new(this.GetPrimaryKeyString());

    private bool IsPersonal => ConsentRules.Given(State.Consent, Id, privacy.Value).HasFlag(Purposes.Personalization);

    public Task<LearningExample[]> ApplyAsync(JournalBatch batch)
    {
        var (examples, count) = (new LearningExample[batch.Events.Length], 0);
        (Recommend.UserContext Context, InterestView View)? view = null;
        CheckFollows(batch);
        foreach (var journaled in batch.Events)
        {
            ApplyIfNew(batch.Partition, journaled);
            // Also of what was applied before: the model may have missed it.
            if (Learns(journaled.Offset)) examples[count++] = LearningExamples.Of(journaled, State, ref view);
        }
        Interlocked.Exchange(ref _applied, null)?.SetResult();
        _watch?.Refresh();
        return Task.FromResult(count == examples.Length ? examples : examples[..count]);
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

    public Task OwnedChangedAsync()
    {
        _owned?.Forget();
        _watch?.Refresh();
        return Task.CompletedTask;
    }

    public Task<UserOutlook> GetOutlookAsync() =>
        GrainFactory.GetGrain<IScoringGrain>("local").OutlookAsync(IsPersonal ? ActionLog.Last(State.Actions) : []);

    public Task<UserActivity> GetActivityAsync()
    {
        var newest = State.Interest.Recent.TakeLast(Recommend.UserInterest.RecentMax).Reverse();
        return Task.FromResult(new UserActivity
        {
            User = Id,
            Counters = State.Counters.ToDictionary(),
            Recent = [.. newest.Select(recent => new RecentEngagement(
                new ContentId(recent.Item), DateTimeOffset.FromUnixTimeMilliseconds(recent.AtMs)))],
        });
    }

    public Task<ConsentView> GetAsync() => Task.FromResult(ConsentRules.View(State.Consent, Id, privacy.Value));

    public async Task<ConsentView> DecideAsync(ConsentDecision decision)
    {
        var partition = journal.PartitionOf(Id);
        var consent = ConsentRules.Decide(
            State.Consent, Id, decision, privacy.Value, time.GetUtcNow().ToUnixTimeMilliseconds());
        var personal = consent.Given.HasFlag(Purposes.Personalization);
        // What she did before, and is still on its way, she did without consent.
        if (personal && !IsPersonal)
            consent.LearnAfter = await journal.HeadAsync(partition, CancellationToken.None);
        State.Consent = consent;
        if (!personal) (State.Interest, State.Actions) = (new(), []);
        await StoreNowAsync();
        // Also when it was decided before: then the model may not have heard of it.
        if (!personal && State.Applied.HasAny) await ForgetByModelAsync(partition);
        _watch?.Refresh();
        return await GetAsync();
    }

    public async Task EraseAsync()
    {
        State.Consent = new() { DecidedAtMs = time.GetUtcNow().ToUnixTimeMilliseconds() };
        (State.Interest, State.Actions, State.Counters) = (new(), [], default);
        await StoreNowAsync();
        await ForgetByModelAsync(journal.PartitionOf(Id));
        _watch?.Refresh();
    }

    protected override void Apply(JournalPosition position, ActivityEvent activity)
    {
        State.Position = position;
        if (!Learns(position.Offset)) return;

        // The catalogue's own string: a user would keep several copies, and each would be a new object in old ones.
        var content = activity.Content is { } id ? catalogue.Find(id)?.Id.Value ?? id.Value : null;
        ActionLog.Add(State.Actions, activity, position.Offset, content);
        var atMs = activity.OccurredAt.ToUnixTimeMilliseconds();
        switch (activity)
        {
            case { Kind: ActivityKind.Followed, Creator: { } creator }:
                State.Interest.Follow(creator.Value, position.Offset);
                break;
            case { Kind: ActivityKind.Dismissed } when content is not null:
                State.Interest.Dismiss(content, position.Offset);
                break;
            case { Kind: ActivityKind.Impression } when content is not null:
                State.Interest.Show(content, atMs);
                break;
            case var _ when content is not null
                && InterestRules.EngagementWeight(activity.Kind) is > 0 and var weight:
                State.Interest.Engage(content, weight, atMs, position.Offset);
                break;
        }
    }

    /// <summary>Whether an event of hers may become interest or example.</summary>
    private bool Learns(long offset) => IsPersonal && offset > (State.Consent?.LearnAfter ?? 0);

    /// <summary>
    /// Examples of events that were applied before may be on their way to the model, or wait in it for their outcome.
    /// </summary>
    private async Task ForgetByModelAsync(int partition)
    {
        var model = GrainFactory.GetGrain<IModelGrain>(IModelGrain.Key);
        await model.ForgetAsync(Id, partition, State.Applied[partition]);
        await model.StoreNowAsync();
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
        // A rule of the shop, not of taste: it holds with and without consent. Before anything of hers is read, which
        // may change while this is asked.
        var owned = await Owned().ReadAsync(cancellationToken);
        var (position, personal) = (State.Position, IsPersonal);
        var explored = explore && personal;
        var interest = personal ? State.Interest : Nobody;
        var ranking = await GrainFactory.GetGrain<IScoringGrain>("local")
            .RankAsync(
                new(interest.CurrentWithShown().ToView() with { OwnedContents = owned }, limit)
                {
                    User = personal ? Id : default,
                    Actions = personal ? ActionLog.Last(State.Actions) : null,
                    Priority = priority,
                    Filter = filter,
                    AvailableAt = time.GetUtcNow(),
                    ExploredShare = explored ? exploration.Value.Share : 0,
                    ExplorationSeed = explored ? exploration.Value.Seed(Id, State.Interest, time.GetUtcNow()) : 0,
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

    private OwnedContents Owned() => _owned ??= new(
        () => GrainFactory.GetGrain<IEntitlementsGrain>(Id.Value).ListAsync(), feeds.Value, time, logger);

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
