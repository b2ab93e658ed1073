using Engage.Contracts;
using Engage.Contracts.Activity;
using Engage.Storage;

namespace Engage.Grains.Tests.Commerce;

/// <summary>A real journal that takes nothing while its gate says so, and tells when it has taken something.</summary>
internal sealed class GatedJournal(IActivityJournal inner, Func<Task> gate, Action taken) : IActivityJournal
{
    public int PartitionCount => inner.PartitionCount;

    public int PartitionOf(UserId user) => inner.PartitionOf(user);

    public async ValueTask<AppendReceipt[]> AppendAsync(
        IReadOnlyList<ActivityEvent> events, CancellationToken cancellationToken)
    {
        await gate();
        var receipts = await inner.AppendAsync(events, cancellationToken);
        taken();
        return receipts;
    }

    public ValueTask<JournaledEvent[]> ReadAsync(
        int partition, long after, int limit, CancellationToken cancellationToken) =>
        inner.ReadAsync(partition, after, limit, cancellationToken);

    public ValueTask<JournaledEvent[]> ReadUserAsync(
        UserId user, long after, int limit, CancellationToken cancellationToken) =>
        inner.ReadUserAsync(user, after, limit, cancellationToken);

    public ValueTask<long> HeadAsync(int partition, CancellationToken cancellationToken) =>
        inner.HeadAsync(partition, cancellationToken);
}
