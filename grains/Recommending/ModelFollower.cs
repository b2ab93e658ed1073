using Engage.Contracts.Recommending;
using Engage.Grains.Catalogue;
using Engage.Recommend;
using Engage.Storage;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Engage.Grains.Recommending;

/// <summary>
/// Keeps this silo's view of the catalogue and its model fresh, whoever writes them. Where the model grain lives there
/// is nothing to follow; elsewhere the newest stored version is loaded and what is new in the catalogue added, so that
/// scoring here is never behind by more than <see cref="ModelOptions.StorePeriod"/> plus
/// <see cref="ModelOptions.FollowPeriod"/> and the time of loading.
/// </summary>
/// <remarks>
/// Rejected: asking the model grain for its snapshots. It would serialize the whole model once per silo and second on
/// the one scheduler that trains, and a silo that starts while the model moves would have nothing to score with.
/// </remarks>
internal sealed partial class ModelFollower(
    IModelStore store,
    CatalogueView catalogue,
    ModelBoard board,
    IOptions<ModelOptions> options,
    IOptions<RecommenderOptions> recommenderOptions,
    TimeProvider time,
    ILogger<ModelFollower> logger) : BackgroundService
{
    private readonly SemaphoreSlim _following = new(1);
    private ModelReplica? _replica;
    private long _looked;

    /// <summary>Looks now. Afterwards there is a model to score with, if one was ever stored.</summary>
    public async Task FollowAsync(CancellationToken cancellationToken)
    {
        await catalogue.RefreshAsync(cancellationToken).ConfigureAwait(false);
        await _following.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (board.IsTrainedHere)
                _replica = null;
            else
                await TakeNewestAsync(cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _following.Release();
        }
    }

    public override void Dispose()
    {
        _following.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(options.Value.FollowPeriod, time);
        while (await timer.WaitForNextTickAsync(stoppingToken).ConfigureAwait(false))
        {
            try
            {
                await FollowAsync(stoppingToken).ConfigureAwait(false);
            }
            // Scoring goes on with what it has; the next look tries again.
#pragma warning disable CA1031
            catch (Exception exception) when (!stoppingToken.IsCancellationRequested)
#pragma warning restore CA1031
            {
                LogFollowFailed(exception);
            }
        }
    }

    private async Task TakeNewestAsync(CancellationToken cancellationToken)
    {
        if (_replica is null) _looked = 0;
        var stored = await store.LoadAsync(IModelGrain.Key, _looked, cancellationToken).ConfigureAwait(false);
        if (stored is not null) Take(stored);
        if (_replica is null) return;

        var grown = _replica.FollowCatalogue();
        if (stored is not null || grown) board.Follow(_replica.Publish());
    }

    /// <summary>While silos of two versions run, one may write what the other cannot read: better an old
    /// model.</summary>
    private void Take(StoredModel stored)
    {
        _looked = stored.Version;
        try
        {
            _replica = ModelReplica.Load(stored, recommenderOptions.Value, catalogue);
        }
        catch (InvalidDataException exception)
        {
            LogUnreadable(exception);
        }
    }

    [LoggerMessage(LogLevel.Error, "The stored model cannot be read by this version and its options; not followed")]
    private partial void LogUnreadable(Exception exception);

    [LoggerMessage(LogLevel.Warning, "The catalogue or the stored model could not be followed; tried again shortly")]
    private partial void LogFollowFailed(Exception exception);
}
