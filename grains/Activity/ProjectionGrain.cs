using Engage.Contracts.Activity;
using Orleans.Storage;

namespace Engage.Grains.Activity;

/// <summary>
/// A grain whose state follows from the journal. It stores lazily - when its pump takes a checkpoint, or when it is
/// deactivated - because whatever is lost with an activation can be delivered again.
/// </summary>
public abstract class ProjectionGrain<TState>(IPersistentState<TState> state) : Grain, IProjectionGrain
    where TState : ProjectionState
{
    private bool _unstored;
    private bool _superseded;

    protected TState State => state.State;

    /// <summary>Applies one event that is not yet in the state.</summary>
    protected abstract void Apply(JournalPosition position, ActivityEvent activity);

    /// <summary>
    /// What must follow a durable state before a checkpoint may pass it; called again whenever it may not have been
    /// done.
    /// </summary>
    protected virtual Task StoredAsync() => Task.CompletedTask;

    /// <summary>The state was changed by something other than an event.</summary>
    protected void Changed() => _unstored = true;

    public Task<bool> StoreAsync(JournalPosition through) => _superseded || !State.Holds(through)
        ? Task.FromResult(false)
        : StoreAsync(andWhatFollows: true);

    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken) =>
        StoreIfChangedAsync();

    /// <summary>Applies what is new.</summary>
    protected void ApplyNew(JournalBatch batch)
    {
        CheckFollows(batch);
        foreach (var journaled in batch.Events) ApplyIfNew(batch.Partition, journaled);
    }

    /// <exception cref="InvalidOperationException">What came before the batch is not in the state.</exception>
    protected void CheckFollows(JournalBatch batch)
    {
        if (_superseded || !State.Holds(new(batch.Partition, batch.Before)))
            throw new InvalidOperationException(
                $"{this.GetGrainId()}, partition {batch.Partition}: offset {batch.Before} was given to an activation "
                + "that is gone; deliver again from the checkpoint.");
    }

    protected void ApplyIfNew(int partition, JournaledEvent journaled)
    {
        if (!State.Advance(partition, journaled.Offset)) return;

        State.Count(journaled.Event.Kind);
        Apply(new(partition, journaled.Offset), journaled.Event);
        _unstored = true;
    }

    /// <summary>For what does not follow from the journal, and is durable before it is answered.</summary>
    /// <exception cref="InvalidOperationException">Another activation has stored; ask again.</exception>
    protected async Task StoreNowAsync()
    {
        if (_superseded)
            throw new InvalidOperationException($"{this.GetGrainId()}: this activation is on its way out; ask again.");

        _unstored = true;
        await StoreIfChangedAsync();
    }

    protected Task StoreIfChangedAsync() => StoreAsync(andWhatFollows: false);

    /// <remarks>One method for both: every await on an actor's turn makes some objects, and each checkpoint comes
    /// here thousands of times.</remarks>
    private async Task<bool> StoreAsync(bool andWhatFollows)
    {
        if (_unstored && !_superseded)
        {
            // Turns do not interleave with this write: applying is not marked as interleaving.
            // A failure of unknown outcome is no reason to leave, as it is elsewhere: the journal has all of it, the
            // next write has it again, and if this one came through, that one finds another ETag.
            try
            {
                await state.WriteStateAsync();
            }
            catch (InconsistentStateException)
            {
                // Another activation has stored, as a silo that was cut off may still do. What this one applied is
                // lost with it and is delivered again; until it is gone it takes nothing and confirms nothing.
                _superseded = true;
                DeactivateOnIdle();
                throw;
            }
            _unstored = false;
        }
        if (andWhatFollows) await StoredAsync();
        return true;
    }
}
