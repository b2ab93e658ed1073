using Engage.Contracts;
using Engage.Contracts.Rooms;
using Engage.Storage;

namespace Engage.Grains.Rooms;

/// <summary>
/// The room's state, which runs ahead of its log, and the way of the entries into it. Facts are applied at once, so
/// that the next command sees them; one append is under way at a time, and what comes meanwhile is the next group.
/// Nothing is told to anybody before it is durable. When an append fails, nobody can say what the log holds: the
/// pipeline gives up and the room must begin anew from the log. Used on its grain's turns alone.
/// </summary>
internal sealed class RoomPipeline(
    RoomId room, RoomState state, IRoomLog log, RoomPipelineHost host, RoomServingOptions options, TimeProvider time)
{
    private static readonly TimeSpan AgainMin = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan AgainMax = TimeSpan.FromSeconds(2);

    private RoomGroup _open = new();
    private RoomGroup? _underWay;
    private TaskCompletionSource? _reloading;
    private TimeSpan _lastAppend;
    private DateTimeOffset _now;
    private bool _running;

    public RoomState State { get; private set; } = state;

    /// <summary>Why it gave up; null while it works.</summary>
    public Exception? Failure { get; private set; }

    /// <summary>The group that takes what is decided now.</summary>
    public RoomGroup Open => _open;

    /// <summary>When somebody who is refused because too much waits may come again.</summary>
    public TimeSpan RetryAfter => _lastAppend * 2 is var twice && twice < AgainMin ? AgainMin
        : twice > AgainMax ? AgainMax : twice;

    /// <summary>
    /// The time of what is decided now: whole milliseconds, as the log has them. It never goes back, whatever the clock
    /// does: a replay follows it.
    /// </summary>
    public DateTimeOffset Now => _now = RoomTime.Whole(time.GetUtcNow()) is var now && now > _now ? now : _now;

    /// <summary>Completes when something may be decided: not while the state is read again.</summary>
    /// <exception cref="BusyException">It gave up; whoever comes again meets the room's next activation.</exception>
    public ValueTask ReadyAsync() =>
        Failure is not null ? throw GivenUp() : _reloading is { } reloading ? new(WaitAsync(reloading.Task)) : default;

    /// <summary>Applies what was decided and lets it wait for the log.</summary>
    public void Add(RoomEntry[] entries)
    {
        try
        {
            foreach (var entry in entries) Add(entry, State.Log(entry));
        }
        catch (Exception exception)
        {
            // The state is no longer what the log makes of it.
            GiveUp(exception);
            throw;
        }
    }

    /// <summary>Adds a fact of the platform's own.</summary>
    public void Add(RoomFact fact) => Add([RoomEntry.Of(State.Seq + 1, Now, null, fact)]);

    /// <summary>
    /// Completes when all that was decided until now is durable and sent: also what only rests on it, like a refusal.
    /// </summary>
    public async Task DurableAsync()
    {
        Kick();
        while (true)
        {
            var group = _open.IsEmpty ? _underWay : _open;
            if (group is null)
            {
                if (Failure is not null) throw GivenUp();
                return;
            }
            await group.Done;
            if (!group.IsSuperseded) return;
        }
    }

    /// <summary>Sees to it that what waits is appended.</summary>
    public void Kick()
    {
        if (_running || Failure is not null || _open.IsEmpty) return;

        _running = true;
        _ = RunAsync();
    }

    private async Task RunAsync()
    {
        try
        {
            while (!_open.IsEmpty && Failure is null)
            {
                _underWay = Seal();
                var duplicates = _underWay.Logged.Count > 0 ? await AppendAsync(_underWay.Logged) : [];
                if (Failure is not null) return;
                if (duplicates.Length > 0)
                {
                    await StartOverAsync(_underWay, duplicates);
                    continue;
                }
                host.Durable(_underWay);
                _underWay.Complete();
                _underWay = null;
            }
        }
        // Whatever it was, nobody may wait for ever, and nothing more may be decided here.
#pragma warning disable CA1031
        catch (Exception exception)
#pragma warning restore CA1031
        {
            GiveUp(exception);
        }
        finally
        {
            _running = false;
        }
    }

    private RoomGroup Seal()
    {
        var group = _open;
        foreach (var submission in group.Reactions) AddReactions(submission);
        var members = host.Members(group);
        group.Changes = State.TakeChanges(members.IsEmpty ? null : members.WriteTo);
        if (group.Entries.Count > 0 && host.IsStoreDue(State.Seq)) group.Saved = State.Save();
        _open = new RoomGroup();
        return group;
    }

    private void AddReactions(RoomSubmission submission)
    {
        var entry = RoomEntry.Of(State.Seq + 1, Now, null, RoomReactions.ToFact(submission));
        Add(entry, RoomReactions.Log(entry, submission));
    }

    private void Add(RoomEntry entry, LoggedEntry logged)
    {
        State.Apply(entry);
        _open.Add(entry, logged);
    }

    /// <summary>A full queue is worth some patience: to start over would only ask more of a busy disk.</summary>
    private async Task<DuplicateEntry[]> AppendAsync(List<LoggedEntry> entries)
    {
        var start = time.GetTimestamp();
        while (true)
        {
            try
            {
                var duplicates = await log.AppendAsync(room, entries, CancellationToken.None);
                _lastAppend = time.GetElapsedTime(start);
                host.Appended(entries.Count, _lastAppend);
                return duplicates;
            }
            catch (BusyException busy) when (time.GetElapsedTime(start) + busy.RetryAfter < options.BusyMax)
            {
                await Task.Delay(busy.RetryAfter, time);
            }
        }
    }

    /// <summary>
    /// Somebody sent again what is older than the state remembers; only the log knew. The state took it for new, so it
    /// is read again, and what was decided upon it is decided anew.
    /// </summary>
    private async Task StartOverAsync(RoomGroup sealedGroup, DuplicateEntry[] duplicates)
    {
        _reloading = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        host.Known(duplicates.Select(duplicate => (sealedGroup.Logged[duplicate.Index], duplicate.Seq)));
        State = await host.ReloadAsync();

        var (lost, behind) = (sealedGroup, _open);
        (_open, _underWay) = (new RoomGroup(), null);
        foreach (var group in new[] { lost, behind })
        {
            _open.Removed.AddRange(group.Removed);
            _open.Reactions.AddRange(group.Reactions.Where(submission => !host.IsKnown(RoomReactions.Key(submission))));
            if (group.Presence is { } report) host.TakeBack(report);
            foreach (var (work, index) in group.Decided) host.Decide(work, index);
            group.Supersede();
        }
        _reloading.SetResult();
        _reloading = null;
    }

    private async Task WaitAsync(Task reloaded)
    {
        await reloaded;
        if (Failure is not null) throw GivenUp();
    }

    /// <summary>What follows from here on would be a guess.</summary>
    public void GiveUp(Exception error)
    {
        if (Failure is not null) return;

        Failure = error;
        _reloading?.TrySetResult();
        _underWay?.Fail(error);
        _open.Fail(error);
        host.GaveUp(error);
    }

    private BusyException GivenUp() => new(
        $"Room '{room}' starts over from its log after a failure. Nothing of this was taken; send the same again.",
        AgainMin);
}

/// <summary>What the pipeline of a room needs from the room.</summary>
internal abstract class RoomPipelineHost
{
    /// <summary>Whether the state behind an entry should be stored.</summary>
    public abstract bool IsStoreDue(long seq);

    /// <summary>What goes with the group's batch and does not come from the log.</summary>
    public abstract RoomMembersJson Members(RoomGroup group);

    public abstract void Appended(int entries, TimeSpan elapsed);

    /// <summary>Tells the nodes, and whoever else should know.</summary>
    public abstract void Durable(RoomGroup group);

    /// <summary>These are in the log already, at these places.</summary>
    public abstract void Known(IEnumerable<(LoggedEntry Entry, long Seq)> duplicates);

    /// <summary>Whether the log is known to have this message.</summary>
    public abstract bool IsKnown((UserId By, Guid Id) message);

    /// <summary>The state that follows from the log.</summary>
    public abstract Task<RoomState> ReloadAsync();

    /// <summary>Decides a command again.</summary>
    public abstract void Decide(RoomWork work, int index);

    /// <summary>A report on presence was not logged after all.</summary>
    public abstract void TakeBack(PresenceReport report);

    public abstract void GaveUp(Exception error);
}
