using Engage.Contracts;
using Engage.Contracts.Recommending;
using Microsoft.Extensions.Options;

namespace Engage.Grains.Recommending;

/// <summary>
/// The door to the model that learns: the engine makes one of it in the whole cluster, and all that it does it does on
/// the <see cref="LearningThread"/> (<see cref="ModelTrainer"/>).
/// </summary>
internal sealed class ModelGrain(ModelTrainer trainer, LearningThread thread, IOptions<ModelOptions> options)
    : Grain, IModelGrain
{
    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        await thread.Run(() => trainer.BeginAsync(cancellationToken));
        DelayDeactivation(TimeSpan.MaxValue);
        RegisterTimer(token => thread.Run(() => trainer.LookAtCatalogueAsync(token)), options.Value.CataloguePeriod);
        RegisterTimer(StoreAsync, options.Value.StorePeriod);
    }

    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken) =>
        thread.Run(() => trainer.EndAsync(cancellationToken));

    public Task<long> LearnAsync(LearningBatch batch) => thread.Run(() => trainer.LearnAsync(batch));

    public Task<long> GetStoredAsync(int partition) => thread.Run(() => trainer.Stored(partition));

    public Task ForgetAsync(UserId user, int partition, long through) =>
        thread.Run(() => trainer.Forget(user, partition, through));

    public async Task StoreNowAsync()
    {
        await StoreAsync(CancellationToken.None);
        await thread.Run(trainer.ThrowIfSuperseded);
    }

    public Task FollowCatalogueAsync() => thread.Run(() => trainer.LookAtCatalogueAsync(CancellationToken.None));

    public Task<ModelProgress> GetProgressAsync() => thread.Run(trainer.Progress);

    public Task<ModelReport> GetReportAsync() => thread.Run(trainer.Report);

    private async Task StoreAsync(CancellationToken cancellationToken)
    {
        await thread.Run(() => trainer.StoreAsync(cancellationToken));
        if (trainer.IsSuperseded) DeactivateOnIdle();
    }

    private void RegisterTimer(Func<CancellationToken, Task> callback, TimeSpan period) => this.RegisterGrainTimer(
        callback, new GrainTimerCreationOptions(period, period) { Interleave = true });
}
