using Orleans.Concurrency;

namespace Engage.Contracts.Activity;

/// <summary>
/// The way in for events, one activation set per silo, any key. Checks ids against the catalogue, fills in what follows
/// from them, appends to the journal and wakes the pumps.
/// </summary>
[Alias("engage.IActivityIngressGrain")]
public interface IActivityIngressGrain : IGrainWithStringKey
{
    /// <summary>Completes when the good events are durable; a bad one never stops the others.</summary>
    /// <param name="events">Events that pass <see cref="ActivityEventRules"/>.</param>
    /// <returns>One outcome per event, in order.</returns>
    /// <exception cref="BusyException">The journal's queue is full; nothing was taken.</exception>
    [Alias("AppendAsync")]
    Task<EventOutcome[]> AppendAsync([Immutable] ActivityEvent[] events, CancellationToken cancellationToken);
}

/// <summary>What became of one event: a position, or the reason why it was refused.</summary>
[GenerateSerializer, Immutable, Alias("engage.event-outcome")]
public readonly record struct EventOutcome(
    [property: Id(0)] JournalPosition? Position,
    [property: Id(1)] bool Duplicate,
    [property: Id(2)] string? Error);

/// <summary>
/// The pump of one journal partition (the key is its number): reads committed events in order and hands them to the
/// actors they concern, then to the model. Its checkpoint never runs ahead of what those actors have stored.
/// </summary>
[Alias("engage.IActivityPartitionGrain")]
public interface IActivityPartitionGrain : IGrainWithStringKey
{
    /// <summary>There may be something new; cheap and harmless when there is not.</summary>
    [AlwaysInterleave, Alias("PokeAsync")]
    Task PokeAsync();

    [AlwaysInterleave, Alias("GetProgressAsync")]
    Task<PartitionProgress> GetProgressAsync();
}

/// <param name="Head">The newest durable offset.</param>
/// <param name="Applied">Every actor has applied all up to here.</param>
/// <param name="Checkpoint">Every actor has stored all up to here: where a restart begins.</param>
[GenerateSerializer, Immutable, Alias("engage.partition-progress")]
public sealed record PartitionProgress(
    [property: Id(0)] int Partition,
    [property: Id(1)] long Head,
    [property: Id(2)] long Applied,
    [property: Id(3)] long Checkpoint);

/// <summary>An actor whose state follows from journaled events; it remembers how far it got.</summary>
[Alias("engage.IProjectionGrain")]
public interface IProjectionGrain : IGrainWithStringKey
{
    /// <summary>Makes everything applied so far durable.</summary>
    /// <returns>
    /// False if this activation has not applied <paramref name="through"/>: an earlier one was lost before it stored,
    /// and the partition must be delivered again from its checkpoint.
    /// </returns>
    [Alias("StoreAsync")]
    Task<bool> StoreAsync(JournalPosition through);
}

/// <summary>A projection that only consumes.</summary>
[Alias("engage.IActivityProjectionGrain")]
public interface IActivityProjectionGrain : IProjectionGrain
{
    /// <summary>Applies what is new in the batch; what was applied before is skipped.</summary>
    [Alias("ApplyAsync")]
    Task ApplyAsync([Immutable] JournalBatch batch);
}
