using System.Globalization;
using Engage.Contracts.Activity;
using Engage.Contracts.Recommending;
using Engage.Grains.Economy;
using Engage.Storage;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Storage;

namespace Engage.Grains.Activity;

/// <summary>
/// The pump of one partition. It has three marks, never out of order:
/// <code>checkpoint  &lt;=  applied  &lt;=  read  &lt;=  head of the journal</code>
/// Events between checkpoint and applied are in the actors' memory but perhaps not in their stored state; after a crash
/// they are read and delivered again, and each actor skips what its own state already includes. Any failure is met the
/// same way: go back to the checkpoint and deliver again. Delivery is therefore at least once, application exactly
/// once.
/// </summary>
/// <remarks>
/// The loop is one background flow on this grain's scheduler, so that pokes return at once. The model learns one batch
/// behind the users: a feed never waits for training, and training that falls behind holds the pump back by that one
/// batch. A checkpoint goes on beside delivery, a few actors at a time: thousands who store at once would keep
/// everybody else on this silo waiting for tens of milliseconds, each time.
/// </remarks>
internal sealed partial class ActivityPartitionGrain(
    [PersistentState("pump")] IPersistentState<PumpState> state,
    IActivityJournal journal,
    IOptions<PumpOptions> options,
    IOptions<EconomyOptions> economy,
    TimeProvider time,
    ILogger<ActivityPartitionGrain> logger) : Grain, IActivityPartitionGrain
{
    private readonly Dictionary<Recipient, long> _unstored = [];
    private readonly ArrivalMark _arrivals = new(time);
    private DeliveryRoutes _routes = null!;
    private int _partition;
    private long _read;
    private long _applied;
    private bool _poked;
    private bool _checkpointDue;
    private bool _stopping;
    private bool _mustRewind = true;
    private Task _running = Task.CompletedTask;
    private Task _learning = Task.CompletedTask;
    private Task _checkpoint = Task.CompletedTask;
    private CheckpointRound? _round;

    private IModelGrain Model => GrainFactory.GetGrain<IModelGrain>(IModelGrain.Key);

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _partition = int.Parse(this.GetPrimaryKeyString(), CultureInfo.InvariantCulture);
        _routes = new(GrainFactory, _partition, _unstored);
        var period = options.Value.CheckpointPeriod;
        this.RegisterGrainTimer(TickAsync, new GrainTimerCreationOptions(period, period) { KeepAlive = true });
        return Task.CompletedTask;
    }

    public override async Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        // What is not stored yet is delivered again at the next start.
        _stopping = true;
        await _running.WaitAsync(cancellationToken);
        await _checkpoint.WaitAsync(cancellationToken);
    }

    public Task PokeAsync()
    {
        Wake();
        return Task.CompletedTask;
    }

    public async Task<PartitionProgress> GetProgressAsync()
    {
        var (applied, head) = (_applied, await journal.HeadAsync(_partition, CancellationToken.None));
        // Whoever reads that everything is applied finds it in the rankings: being asked, the model publishes.
        if (applied >= head) await Model.GetProgressAsync();
        return new(_partition, head, applied, state.State.Checkpoint);
    }

    /// <summary>Also catches what a lost poke would have announced, and retries after a failure.</summary>
    private Task TickAsync(CancellationToken cancellationToken)
    {
        _checkpointDue = true;
        Wake();
        return Task.CompletedTask;
    }

    private void Wake()
    {
        _poked = true;
        _arrivals.Poked();
        if (_running.IsCompleted && !_stopping) _running = RunAsync();
    }

    private async Task RunAsync()
    {
        try
        {
            while (_poked && !_stopping)
            {
                if (_mustRewind) await RewindAsync();
                _poked = false;
                while (!_mustRewind && await DeliverNextAsync())
                {
                    if (_checkpointDue) BeginCheckpoint();
                    while (_unstored.Count >= options.Value.UnstoredMax && !_mustRewind) await HurryCheckpointAsync();
                }
                await _learning;
                if (!_checkpointDue) continue;
                await CheckModelAsync();
                BeginCheckpoint();
            }
        }
        // The pump outlives every failure of what it feeds; the next tick tries again from the checkpoint.
#pragma warning disable CA1031
        catch (Exception exception)
#pragma warning restore CA1031
        {
            _mustRewind = true;
            if (!_stopping) LogDeliveryFailed(exception, _partition, _read, state.State.Checkpoint);
        }
    }

    /// <returns>False when the journal holds nothing more.</returns>
    private async Task<bool> DeliverNextAsync()
    {
        var most = options.Value.BatchMax;
        _arrivals.Reading();
        var events = await journal.ReadAsync(_partition, _read, most, CancellationToken.None);
        var since = _arrivals.Read(_read, all: events.Length < most);
        if (events.Length == 0 || _stopping) return false;

        var examples = await _routes.DeliverAsync(events, economy.Value.Earns(time.GetUtcNow()));

        var batch = new LearningBatch(_partition, _read, events[^1].Offset, examples) { WaitingSinceMs = since };
        _read = batch.Through;
        await _learning;
        _learning = LearnAsync(batch);
        return true;
    }

    private async Task LearnAsync(LearningBatch batch)
    {
        var learned = await Model.LearnAsync(batch);
        if (learned < batch.Through)
            throw new InvalidOperationException(
                $"Partition {_partition}: the model has learned through {learned} "
                + $"and cannot take the batch after {batch.After}; delivering again.");
        _applied = batch.Through;
    }

    /// <summary>
    /// A model that lost its memory with its silo is behind, though nothing new would tell: an empty batch asks.
    /// </summary>
    private Task CheckModelAsync() => LearnAsync(new LearningBatch(_partition, _read, _read, []));

    /// <summary>Begins the next one as soon as the last is over.</summary>
    private void BeginCheckpoint()
    {
        if (!_checkpoint.IsCompleted || _mustRewind) return;

        _checkpointDue = false;
        if (_read == state.State.Checkpoint) return;

        _round = new(GrainFactory, _partition, _unstored);
        _checkpoint = CheckpointAsync(_round, _read, _learning);
    }

    /// <param name="through">All up to here was delivered when the round began.</param>
    /// <param name="learning">Of the same.</param>
    private async Task CheckpointAsync(CheckpointRound round, long through, Task learning)
    {
        try
        {
            await round.StoreAsync(options.Value.StoreConcurrency);
            await learning;
            await StoreCheckpointAsync(through);
        }
        // As with delivery: the next tick tries again from the checkpoint.
#pragma warning disable CA1031
        catch (Exception exception)
#pragma warning restore CA1031
        {
            _mustRewind = true;
            if (!_stopping) LogDeliveryFailed(exception, _partition, through, state.State.Checkpoint);
        }
    }

    /// <summary>Delivery waits for it, or what a crash repeats would grow without a bound.</summary>
    private async Task HurryCheckpointAsync()
    {
        BeginCheckpoint();
        await _round!.StoreAsync(options.Value.StoreConcurrencyMax);
        await _checkpoint;
    }

    private async Task StoreCheckpointAsync(long through)
    {
        var before = state.State.Checkpoint;
        state.State.Checkpoint = through;
        try
        {
            await state.WriteStateAsync();
        }
        catch (InconsistentStateException exception)
        {
            // As a silo that was cut off may still do. What both delivered was applied once.
            LogSuperseded(exception, _partition);
            _stopping = true;
            DeactivateOnIdle();
            throw;
        }
        catch
        {
            // What is not stored is no checkpoint.
            state.State.Checkpoint = before;
            throw;
        }
    }

    /// <summary>Back to where everything is known to be stored: ours, or the model's if that is earlier.</summary>
    private async Task RewindAsync()
    {
        // What the model still takes in of the old flow must not move the marks of the new one.
        await _learning.ConfigureAwait(
            ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        _learning = Task.CompletedTask;
        await _checkpoint;
        _unstored.Clear();
        _read = _applied = Math.Min(state.State.Checkpoint, await Model.GetStoredAsync(_partition));
        _arrivals.Rewound(await journal.HeadAsync(_partition, CancellationToken.None));
        _mustRewind = false;
    }

    [LoggerMessage(
        LogLevel.Error,
        "Partition {Partition}: delivery failed after offset {Read}; starting again from checkpoint {Checkpoint}")]
    private partial void LogDeliveryFailed(Exception exception, int partition, long read, long checkpoint);

    [LoggerMessage(LogLevel.Warning, "Partition {Partition}: another activation pumps it too; this one stops")]
    private partial void LogSuperseded(Exception exception, int partition);
}

/// <summary>Where a partition begins after a restart.</summary>
public sealed class PumpState
{
    public long Checkpoint { get; set; }
}
