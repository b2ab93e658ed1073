using Engage.Contracts;
using Engage.Contracts.Rooms;
using Microsoft.Extensions.Logging;

namespace Engage.Grains.Rooms;

/// <summary>Takes in what the nodes send, and decides it command by command.</summary>
internal sealed partial class RoomSubmissions(
    RoomId room, RoomPipeline pipeline, RoomStandings standings, ICommunityMembersGrain members, RoomNodes nodes,
    RoomPresence presence, RoomTyping typing, RoomServingOptions options, RoomMetrics metrics, ILogger logger)
{
    private readonly RoomResends _resends = new(options.ResendPause);
    private int _waiting;

    /// <summary>People who came though they may not be here.</summary>
    public required Action<Removal[]> Remove { get; init; }

    /// <exception cref="BusyException">Too much waits, or the room starts over; nothing was taken.</exception>
    public Task<RoomOutcome[]> TakeAsync(RoomSubmission submission)
    {
        var node = nodes.Known(submission.NodeId);
        if (node.LastOutcome is { } last && submission.Batch <= node.LastBatch)
            return submission.Batch == node.LastBatch ? last : throw new InvalidOperationException(
                $"Room '{room}': node '{node.Id}' sends its submission {submission.Batch} after {node.LastBatch}; a "
                + "node counts upwards, and one that starts anew takes another name.");
        if (_waiting + submission.Commands.Length > options.WaitingCommandsMax && _waiting > 0) throw Busy(submission);

        node.LastBatch = submission.Batch;
        return node.LastOutcome = TakeNewAsync(node, submission);
    }

    /// <summary>The log has these already.</summary>
    public void Know(IEnumerable<(LoggedEntry Entry, long Seq)> duplicates) => _resends.Know(duplicates, pipeline.Now);

    public bool IsKnown((UserId By, Guid Id) message) => _resends.Find(message.By, message.Id) is not null;

    /// <returns>A change that must be durable in the community before the command can be carried out; else
    /// null.</returns>
    public StandingChange? Decide(RoomWork work, int index)
    {
        var command = work.Submission.Commands[index];
        var now = pipeline.Now;
        if (!TryDecide(work, index, now, out var decision))
            work.Outcomes[index] = new(null, Failed);
        else if (decision.Refusal is { } refusal)
            work.Outcomes[index] = new(null, Refused(refusal));
        else if (Earlier(command, decision) is { } earlier)
            work.Outcomes[index] = new(earlier, null);
        else if (WaitToSend(command, decision, now) is > 0 and var wait)
            work.Outcomes[index] = new(null, Refused(Refusals.SlowDown(wait)));
        else if (decision.Standing is { } change && work.StandingMade < index)
            return change;
        else
            work.Outcomes[index] = new(Accept(command, decision, now), null, decision.IsHeld);

        pipeline.Open.Decided.Add((work, index));
        return null;
    }

    private static RoomRefusal Failed => new(
        "internal", "The room could not decide this and has left it out; the server's log says why.");

    private async Task<RoomOutcome[]> TakeNewAsync(RoomNode node, RoomSubmission submission)
    {
        var begun = false;
        _waiting += submission.Commands.Length;
        try
        {
            await standings.LearnAsync(Unknown(submission));
            await pipeline.ReadyAsync();
            begun = true;
            NotePeople(submission);
            var work = new RoomWork(submission);
            for (var i = 0; i < submission.Commands.Length; i++) await DecideAsync(work, i);

            await pipeline.ReadyAsync();
            if (submission.Reactions.Any(reaction => reaction.Count > 0) && pipeline.State.Phase != RoomPhase.Ended)
                pipeline.Open.Reactions.Add(submission);
            await pipeline.DurableAsync();
            return work.Outcomes;
        }
        catch (Exception exception)
        {
            // It may be sent again as it was, and is then taken.
            if (node.LastBatch == submission.Batch) node.LastOutcome = null;
            if (begun && exception is BusyException)
                throw new InvalidOperationException(
                    $"Room '{room}' starts over from its log; what became of this submission is unknown. Send it "
                    + "again.",
                    pipeline.Failure);
            throw;
        }
        finally
        {
            _waiting -= submission.Commands.Length;
        }
    }

    private async ValueTask DecideAsync(RoomWork work, int index)
    {
        var command = work.Submission.Commands[index];
        await pipeline.ReadyAsync();
        // All were asked for, but a pause since may have been long enough to forget somebody.
        while (Unknown(command) is { } unknown)
        {
            await standings.LearnAsync(unknown);
            await pipeline.ReadyAsync();
        }
        if (Decide(work, index) is not { } change) return;

        if (await ChangeAsync(change) is { } refusal)
        {
            work.Outcomes[index] = new(null, refusal);
            return;
        }
        work.StandingMade = index;
        await pipeline.ReadyAsync();
        Decide(work, index);
    }

    /// <returns>Why the community did not take it; null: it did.</returns>
    private async Task<RoomRefusal?> ChangeAsync(StandingChange change)
    {
        try
        {
            standings.Set(change.User, await members.ChangeAsync(change));
            return null;
        }
        catch (BusyException busy)
        {
            return new("busy", busy.Message, busy.RetryAfter);
        }
        catch (StandingRefusedException refused)
        {
            return new("forbidden", refused.Message);
        }
        // Whether it was taken is unknown, and another try is harmless; the node's other commands must go on.
#pragma warning disable CA1031
        catch (Exception exception)
#pragma warning restore CA1031
        {
            LogStandingFailed(exception, room.Value);
            return new("internal", "The community did not answer; do it again.", TimeSpan.FromSeconds(1));
        }
    }

    private long? Accept(RoomCommand command, Decision decision, DateTimeOffset now)
    {
        var entries = decision.Number(pipeline.State.Seq + 1, now, command.By);
        if (entries.Length > 0) pipeline.Add(entries);
        if (decision.Removal is { } removal) pipeline.Open.Removed.Add(removal);
        return entries.Length > 0 ? entries[0].Seq : decision.Seq;
    }

    private bool TryDecide(RoomWork work, int index, DateTimeOffset now, out Decision decision)
    {
        var command = work.Submission.Commands[index];
        try
        {
            ref var known = ref work.Standings[index];
            known.By = Standing(command.By.User) ?? known.By;
            if (RoomState.TargetOf(command.Action) is { } target) known.Target = Standing(target) ?? known.Target;
            decision = pipeline.State.Decide(command, known.By!, now, known.Target);
            return true;
        }
        // Deciding changes nothing, so what breaks it breaks nothing else.
#pragma warning disable CA1031
        catch (Exception exception)
#pragma warning restore CA1031
        {
            LogUndecided(exception, room.Value, command.Action?.GetType().Name ?? "null");
            decision = Decision.Nothing;
            return false;
        }
    }

    private long? Earlier(RoomCommand command, Decision decision)
    {
        if (decision.Seq is { } seq) return seq;
        foreach (var fact in decision.Facts)
        {
            if (fact.MessageId is not { } id) continue;
            if (pipeline.Open.Find(command.By.User, id) is { } waiting) return waiting;
            if (_resends.Find(command.By.User, id) is { } first) return first;
        }
        return null;
    }

    private long WaitToSend(RoomCommand command, Decision decision, DateTimeOffset now) =>
        decision.Facts.Any(fact => fact.MessageId is not null) ? _resends.WaitToSend(command.By.User, now) : 0;

    private void NotePeople(RoomSubmission submission)
    {
        var now = pipeline.Now;
        List<Removal>? removed = null;
        foreach (var person in submission.Entered)
        {
            if (Standing(person.User) is { } standing && standing.IsBanned(now))
                (removed ??= []).Add(new(person.User, "banned", standing.BannedUntil));
            else
                presence.Enter(submission.NodeId, person);
        }
        foreach (var user in submission.Left)
        {
            presence.Leave(submission.NodeId, user);
            if (!typing.IsEmpty) typing.Remove(user);
        }
        foreach (var command in submission.Commands) presence.Name(command.By);
        foreach (var person in submission.Typing)
            if (Standing(person.User) is not { } standing || !(standing.IsBanned(now) || standing.IsMuted(now)))
                typing.Add(person, now);
        if (removed is not null) Remove([.. removed]);
    }

    private Standing? Standing(UserId user) => standings.Find(user);

    private List<UserId>? Unknown(RoomSubmission submission)
    {
        List<UserId>? unknown = null;
        foreach (var command in submission.Commands) Want(command, ref unknown);
        foreach (var person in submission.Entered) standings.Want(person.User, ref unknown);
        return unknown;
    }

    private List<UserId>? Unknown(RoomCommand command)
    {
        List<UserId>? unknown = null;
        Want(command, ref unknown);
        return unknown;
    }

    private void Want(RoomCommand command, ref List<UserId>? unknown)
    {
        standings.Want(command.By.User, ref unknown);
        if (RoomState.TargetOf(command.Action) is { } target) standings.Want(target, ref unknown);
    }

    private RoomRefusal Refused(RoomRefusal refusal)
    {
        metrics.Refused();
        return refusal;
    }

    private BusyException Busy(RoomSubmission submission)
    {
        metrics.Busy();
        return new(
            $"Room '{room}' is busy: {_waiting} commands wait, {submission.Commands.Length} more would exceed "
            + $"{options.WaitingCommandsMax}. Nothing was taken; send the same again after "
            + $"{pipeline.RetryAfter.TotalSeconds:0.###} s.", pipeline.RetryAfter);
    }

    [LoggerMessage(LogLevel.Error, "Room {Room} could not decide an action {Action}")]
    private partial void LogUndecided(Exception exception, string room, string action);

    [LoggerMessage(LogLevel.Warning, "The community of room {Room} did not take a change of a standing")]
    private partial void LogStandingFailed(Exception exception, string room);
}
