using Engage.Contracts.Commerce.Plans;
using Orleans.Concurrency;

namespace Engage.Grains.Commerce.Plans;

/// <summary>Looks them up in the books; keeps nothing.</summary>
[StatelessWorker, Reentrant]
internal sealed class TipsGrain(TipBook tips) : Grain, ITipsGrain
{
    public async Task<Tip[]> ListAsync() =>
        await tips.ListAsync(TipBook.To(this.GetPrimaryKeyString()), CancellationToken.None);
}
