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
/// and what it learned is delivered again.
/// </summary>
internal sealed partial class ModelGrain(
    IModelStore store,
    IActivityJournal journal,
    CatalogueView catalogue,
    ModelBoard board,
    IOptions<ModelOptions> options,
    IOptions<RecommenderOptions> recommenderOptions,
    ILogger<ModelGrain> logger) : Grain, IModelGrain
{
    private ModelReplica _model = null!;
    private long[] _stored = [];
    private bool _unstored;
    private bool _superseded;
    private long _version;

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        await catalogue.RefreshAsync(cancellationToken);
        await LoadAsync(cancellationToken);
        _unstored |= _model.FollowCatalogue();
        Publish();

        DelayDeactivation(TimeSpan.MaxValue);
        this.RegisterGrainTimer(
            LookAtCatalogueAsync,
            new GrainTimerCreationOptions(options.Value.CataloguePeriod, options.Value.CataloguePeriod));
        this.RegisterGrainTimer(
            StoreAsync,
            new GrainTimerCreationOptions(options.Value.StorePeriod, options.Value.StorePeriod));
    }

    public override async Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        board.Leave(this);
        await StoreAsync(cancellationToken);
    }

    public async Task<long> LearnAsync(LearningBatch batch)
    {
        ThrowIfSuperseded();
        var applied = _model.Marks.Applied[batch.Partition];
        if (batch.After > applied || batch.Through <= applied) return applied;

        _model.FollowCatalogue();
        var sincePublished = 0;
        foreach (var example in batch.Examples)
        {
            if (example.Offset <= applied) continue;

            _model.Learn(example);
            _model.Marks.Applied[batch.Partition] = example.Offset;
            if (++sincePublished % options.Value.PublishEvery != 0) continue;
            Publish();
            await Task.Yield();
        }
        _model.Marks.Applied[batch.Partition] = batch.Through;
        _unstored = true;
        if (sincePublished > 0) Publish();
        return batch.Through;
    }

    public Task<long> GetStoredAsync(int partition)
    {
        ThrowIfSuperseded();
        return Task.FromResult(_stored[partition]);
    }

    public Task FollowCatalogueAsync() => LookAtCatalogueAsync(CancellationToken.None);

    public Task<ModelProgress> GetProgressAsync() =>
        Task.FromResult(new ModelProgress(_version, _model.Marks.Examples, [.. _model.Marks.Applied]));

    /// <summary>Finds also what was catalogued on another silo, or by a call that failed half-way.</summary>
    private async Task LookAtCatalogueAsync(CancellationToken cancellationToken)
    {
        await catalogue.RefreshAsync(cancellationToken);
        if (!_model.FollowCatalogue()) return;

        _unstored = true;
        Publish();
    }

    private void Publish()
    {
        var published = _model.Publish();
        _version = published.Snapshot.Version;
        if (!_superseded) board.Publish(published, this);
    }

    private void ThrowIfSuperseded()
    {
        if (_superseded)
            throw new InvalidOperationException(
                "The model lives in another activation, which stored it; this one is on its way out. Ask again.");
    }

    private async Task LoadAsync(CancellationToken cancellationToken)
    {
        var stored = await store.LoadAsync(IModelGrain.Key, 0, cancellationToken);
        _model = stored is null
            ? ModelReplica.New(recommenderOptions.Value, options.Value.Seed, journal.PartitionCount, catalogue)
            : ModelReplica.Load(stored, recommenderOptions.Value, catalogue);

        // The other silos score with what is stored, also before the first example.
        _unstored = stored is null;
        _stored = [.. _model.Marks.Applied];
        LogLoaded(_model.Marks.Examples, stored is not null);
        if (stored is null) await StoreAsync(cancellationToken);
    }

    private async Task StoreAsync(CancellationToken cancellationToken)
    {
        if (!_unstored || _superseded) return;

        var model = _model.ToStored();
        var applied = (long[])_model.Marks.Applied.Clone();
        _unstored = false;
        try
        {
            _model.StoredVersion = await store.StoreAsync(IModelGrain.Key, model, cancellationToken);
        }
        catch (InconsistentStateException exception)
        {
            LogSuperseded(exception);
            _superseded = true;
            board.Leave(this);
            DeactivateOnIdle();
            return;
        }
        catch
        {
            _unstored = true;
            throw;
        }
        _stored = applied;
    }

    [LoggerMessage(
        LogLevel.Information, "Model: {Examples} examples learned before; loaded from storage: {FromStorage}")]
    private partial void LogLoaded(long examples, bool fromStorage);

    [LoggerMessage(
        LogLevel.Warning,
        "Model: another activation has stored it meanwhile; this one stops, and learning goes on there")]
    private partial void LogSuperseded(Exception exception);
}
