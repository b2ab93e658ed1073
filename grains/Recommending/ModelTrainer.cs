using Engage.Contracts;
using Engage.Contracts.Recommending;
using Engage.Grains.Catalogue;
using Engage.Recommend;
using Engage.Storage;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Storage;

namespace Engage.Grains.Recommending;

/// <summary>
/// The sole writer of the model. It learns in journal order per partition, remembers the offsets it has learned, and
/// stores weights and offsets as one value, so that a restart goes on exactly there: nothing is learned twice, nothing
/// left out. A second activation, as a silo that was cut off may still run one, is found out when it stores: it goes,
/// and what it learned is delivered again. What breaks the model is <see cref="GuardedModel"/>'s matter; when that goes
/// back, this one answers the offsets it went back to, and the pumps deliver again from there. Everything here runs on
/// the <see cref="LearningThread"/>.
/// </summary>
internal sealed partial class ModelTrainer(
    IModelStore store,
    IActivityJournal journal,
    CatalogueView catalogue,
    ModelBoard board,
    ModelMetrics metrics,
    LearningThread thread,
    IOptions<ModelOptions> options,
    IOptions<RecommenderOptions> recommenderOptions,
    TimeProvider time,
    ILogger<ModelTrainer> logger)
{
    private GuardedModel _guarded = null!;
    private ITimer? _publishing;
    private long _publishedAt;
    private Task _storing = Task.CompletedTask;
    private bool _unpublished;
    private long[] _stored = [];
    private ModelReport? _report;
    private bool _unstored;
    private readonly ForgottenUsers _forgotten = new();
    private readonly LearningPace _pace = new(options.Value, time);

    private ModelReplica Model => _guarded.Model;

    /// <summary>Another activation has stored meanwhile: this one is to go.</summary>
    public bool IsSuperseded { get; private set; }

    public async Task BeginAsync(CancellationToken cancellationToken)
    {
        await thread.RunElsewhere(() => catalogue.RefreshAsync(cancellationToken));
        await LoadAsync(cancellationToken);
        _unstored |= Model.FollowCatalogue();
        Publish();
        metrics.Report = Report();
        _publishing = time.CreateTimer(
            _ => thread.Run(Flush), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public async Task EndAsync(CancellationToken cancellationToken)
    {
        _publishing?.Dispose();
        // A tick that is on its way already must not make this one the board's trainer again.
        _unpublished = false;
        board.Leave(this);
        metrics.Report = null;
        await StoreAsync(cancellationToken);
    }

    public async Task<long> LearnAsync(LearningBatch batch)
    {
        ThrowIfSuperseded();
        var applied = Model.Marks.Applied[batch.Partition];
        if (batch.After > applied || batch.Through <= applied) return applied;

        Model.FollowCatalogue();
        _unstored = true;
        var learned = 0;
        foreach (var example in batch.Examples)
        {
            if (example.Offset <= applied || _forgotten.Covers(batch.Partition, example)) continue;

            if (!_guarded.TryLearn(batch.Partition, example, _pace.Ranks(batch, example.Offset)))
                return GoBack(batch.Partition);
            // Whoever became ready meanwhile need not wait for the end of this thread's slice.
            Thread.Yield();
            if (++learned % options.Value.TurnExamples != 0) continue;
            if (!PublishSoon()) return GoBack(batch.Partition);
            var model = Model;
            await Task.Yield();
            // The catalogue's timer may have found the model broken meanwhile.
            if (model != Model) return Model.Marks.Applied[batch.Partition];
        }
        if (learned > 0 && !PublishSoon()) return GoBack(batch.Partition);
        Model.Marks.Applied[batch.Partition] = batch.Through;
        return batch.Through;
    }

    public void Forget(UserId user, int partition, long through)
    {
        ThrowIfSuperseded();
        Model.Forget(user);
        _forgotten.Add(user, partition, through, Model.Marks.Applied[partition]);
        _unstored = _unpublished = true;
        Flush();
    }

    public long Stored(int partition)
    {
        ThrowIfSuperseded();
        return _stored[partition];
    }

    /// <summary>What it says was learned is published when it says so.</summary>
    public ModelProgress Progress()
    {
        Flush();
        return new(Model.Version, Model.Marks.Examples, [.. Model.Marks.Applied]);
    }

    /// <summary>Finds also what was catalogued on another silo, or by a call that failed half-way.</summary>
    public async Task LookAtCatalogueAsync(CancellationToken cancellationToken)
    {
        await thread.RunElsewhere(() => catalogue.RefreshAsync(cancellationToken));
        if (Model.FollowCatalogue()) _unstored = _unpublished = true;
        Flush();
        metrics.Report = Report();
    }

    /// <summary>Read by people and by scrapes, and never oftener made than there is something new.</summary>
    public ModelReport Report()
    {
        if (_report is { } report && report.Version == Model.Version && report.StreamTimeMs == Model.Marks.StreamTimeMs)
            return report;
        return _report = Model.ToReport();
    }

    /// <summary>
    /// Publishes now or, so soon after the last time, when <see cref="ModelOptions.PublishPeriod"/> is over.
    /// </summary>
    /// <returns>As <see cref="Publish"/>.</returns>
    private bool PublishSoon()
    {
        var wait = options.Value.PublishPeriod - time.GetElapsedTime(_publishedAt);
        if (wait <= TimeSpan.Zero) return Publish();
        if (!_unpublished) _publishing!.Change(wait, Timeout.InfiniteTimeSpan);
        _unpublished = true;
        return true;
    }

    private void Flush()
    {
        if (_unpublished && !Publish()) GoBack(0);
    }

    /// <returns>False if the model was broken; what was stored is published instead.</returns>
    private bool Publish()
    {
        _unpublished = false;
        _publishedAt = time.GetTimestamp();
        var sound = _guarded.TryPublish(out var published);
        if (IsSuperseded) published.Release();
        else board.Publish(published, this);
        return sound;
    }

    /// <returns>The offset to deliver again from.</returns>
    private long GoBack(int partition)
    {
        _stored = [.. Model.Marks.Applied];
        _unstored = true;
        // What it went back to still knows them.
        foreach (var user in _forgotten.Unstored) Model.Forget(user);
        Publish();
        return _stored[partition];
    }

    /// <exception cref="InvalidOperationException">See <see cref="IsSuperseded"/>.</exception>
    public void ThrowIfSuperseded()
    {
        if (IsSuperseded)
            throw new InvalidOperationException(
                "The model lives in another activation, which stored it; this one is on its way out. Ask again.");
    }

    private async Task LoadAsync(CancellationToken cancellationToken)
    {
        var stored = await thread.RunElsewhere(
            () => store.LoadAsync(IModelGrain.Key, 0, cancellationToken).AsTask());
        var model = stored is null ? null : TryRead(stored);
        var anew = model is null;
        model ??= NewModel();
        // Whoever stores next goes on from what is there, readable or not.
        model.StoredVersion = stored?.Version ?? 0;
        _guarded = new(model, anew ? model.Capture().ToStored([]) : stored!, Read, NewModel, logger);

        // The other silos score with what is stored, also before the first example.
        _unstored = anew;
        _stored = [.. Model.Marks.Applied];
        LogLoaded(Model.Marks.Examples, !anew);
        if (anew) await StoreAsync(cancellationToken);
    }

    private ModelReplica NewModel() =>
        ModelReplica.New(recommenderOptions.Value, options.Value.Seed, journal.PartitionCount, catalogue);

    private ModelReplica Read(StoredModel stored) => ModelReplica.Load(stored, recommenderOptions.Value, catalogue);

    /// <returns>Null if another version or other options wrote it: the journal has everything to learn it
    /// anew.</returns>
    private ModelReplica? TryRead(StoredModel stored)
    {
        try
        {
            var model = Read(stored);
            if (model.Check(out var reason) != Soundness.NotNumbers) return model;
            LogUnsound(reason);
        }
        catch (InvalidDataException exception)
        {
            LogUnreadable(exception);
        }
        return null;
    }

    /// <summary>One after the other: the last store, on the way out, may meet one that the timer began.</summary>
    public Task StoreAsync(CancellationToken cancellationToken) =>
        _storing = StoreAsync(_storing, cancellationToken);

    /// <summary>The model learns on while its bytes are made and written.</summary>
    private async Task StoreAsync(Task before, CancellationToken cancellationToken)
    {
        await before.ConfigureAwait(
            ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        if (!_unstored || IsSuperseded) return;

        var (stored, applied) = (Model, (long[])Model.Marks.Applied.Clone());
        var forgotten = _forgotten.Unstored;
        _unstored = false;
        try
        {
            if (await _guarded.ToStoredAsync() is not { } model)
            {
                GoBack(0);
                return;
            }
            var version = await thread.RunElsewhere(
                () => store.StoreAsync(IModelGrain.Key, model, cancellationToken).AsTask());
            _guarded.Stored(stored, model, version);
        }
        catch (InconsistentStateException exception)
        {
            LogSuperseded(exception);
            IsSuperseded = true;
            board.Leave(this);
            return;
        }
        catch
        {
            _unstored = true;
            throw;
        }
        // If it went back meanwhile, what it went back to says from where to deliver again.
        if (stored != Model) return;
        _stored = applied;
        _forgotten.Stored(forgotten);
    }

    [LoggerMessage(
        LogLevel.Information, "Model: {Examples} examples learned before; loaded from storage: {FromStorage}")]
    private partial void LogLoaded(long examples, bool fromStorage);

    [LoggerMessage(
        LogLevel.Error, "Model: what is stored cannot be read by this version and its options; it is learned anew")]
    private partial void LogUnreadable(Exception exception);

    [LoggerMessage(LogLevel.Error, "Model: what is stored is broken ({Reason}); it is learned anew")]
    private partial void LogUnsound(string reason);

    [LoggerMessage(
        LogLevel.Warning,
        "Model: another activation has stored it meanwhile; this one stops, and learning goes on there")]
    private partial void LogSuperseded(Exception exception);
}
