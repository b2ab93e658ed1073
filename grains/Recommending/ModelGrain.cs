using Engage.Contracts.Recommending;
using Engage.Grains.Catalogue;
using Engage.Recommend;
using Engage.Storage;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Engage.Grains.Recommending;

/// <summary>
/// The sole writer of the model. It learns in journal order per partition, remembers the offsets it has learned, and
/// stores weights and offsets as one value, so that a restart goes on exactly there: nothing is learned twice, nothing
/// left out.
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
    private Recommender _recommender = null!;
    private ModelMarks _marks = null!;
    private long[] _stored = [];
    private bool _unstored;
    private long _version;

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        await LoadAsync(cancellationToken);
        await catalogue.RefreshAsync(cancellationToken);
        FollowCatalogue();
        Publish();

        DelayDeactivation(TimeSpan.MaxValue);
        this.RegisterGrainTimer(
            LookAtCatalogueAsync,
            new GrainTimerCreationOptions(options.Value.CataloguePeriod, options.Value.CataloguePeriod));
        this.RegisterGrainTimer(
            StoreAsync,
            new GrainTimerCreationOptions(options.Value.StorePeriod, options.Value.StorePeriod));
    }

    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken) =>
        StoreAsync(cancellationToken);

    public async Task<long> LearnAsync(LearningBatch batch)
    {
        var applied = _marks.Applied[batch.Partition];
        if (batch.After > applied || batch.Through <= applied) return applied;

        FollowCatalogue();
        var sincePublished = 0;
        foreach (var example in batch.Examples)
        {
            if (example.Offset <= applied) continue;

            Learn(example);
            _marks.Applied[batch.Partition] = example.Offset;
            if (++sincePublished % options.Value.PublishEvery != 0) continue;
            Publish();
            await Task.Yield();
        }
        _marks.Applied[batch.Partition] = batch.Through;
        _unstored = true;
        if (sincePublished > 0) Publish();
        return batch.Through;
    }

    public Task<long> GetStoredAsync(int partition) => Task.FromResult(_stored[partition]);

    public Task FollowCatalogueAsync()
    {
        if (FollowCatalogue()) Publish();
        return Task.CompletedTask;
    }

    /// <summary>Finds also what was catalogued elsewhere, or by a call that failed half-way.</summary>
    private async Task LookAtCatalogueAsync(CancellationToken cancellationToken)
    {
        await catalogue.RefreshAsync(cancellationToken);
        await FollowCatalogueAsync();
    }

    public Task<ModelProgress> GetProgressAsync() =>
        Task.FromResult(new ModelProgress(_version, _marks.Examples, [.. _marks.Applied]));

    private void Learn(LearningExample example)
    {
        if (example.Before is { } before)
            _recommender.Learn(before.ToContext(), example.Content.Value, example.Weight, example.AtMs);
        else
            _recommender.Observe(example.Content.Value, example.Weight, example.AtMs);
        _marks.Examples++;
        _marks.StreamTimeMs = Math.Max(_marks.StreamTimeMs, example.AtMs);
    }

    private void Publish()
    {
        var snapshot = _recommender.Publish();
        _version = snapshot.Version;
        board.Publish(new(snapshot, _marks.StreamTimeMs));
    }

    /// <returns>True if there was something new.</returns>
    private bool FollowCatalogue()
    {
        var revision = catalogue.Revision;
        if (revision == _marks.CatalogueRevision) return false;

        foreach (var content in catalogue.ContentsAfter(_marks.CatalogueRevision))
            _recommender.Upsert(content.ToProfile());
        _marks.CatalogueRevision = revision;
        return _unstored = true;
    }

    private async Task LoadAsync(CancellationToken cancellationToken)
    {
        var stored = await store.LoadAsync(IModelGrain.Key, cancellationToken);
        if (stored is null)
        {
            _recommender = new Recommender(recommenderOptions.Value, options.Value.Seed);
            _marks = new ModelMarks { Applied = new long[journal.PartitionCount] };
        }
        else
        {
            using var weights = new MemoryStream(stored.Weights, writable: false);
            _recommender = Recommender.Load(weights, recommenderOptions.Value);
            _marks = ModelMarks.Read(stored.Marks);
        }
        _stored = [.. _marks.Applied];
        LogLoaded(_marks.Examples, stored is not null);
    }

    private async Task StoreAsync(CancellationToken cancellationToken)
    {
        if (!_unstored) return;

        using var weights = new MemoryStream();
        _recommender.Save(weights);
        var applied = (long[])_marks.Applied.Clone();
        _unstored = false;
        try
        {
            await store.StoreAsync(IModelGrain.Key, new(_marks.Write(), weights.ToArray()), cancellationToken);
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
}
