using Engage.Api.Actors;
using Engage.Contracts;
using Engage.Contracts.Rooms;

namespace Engage.Api.Rooms;

/// <summary>
/// The way from this node to one room: one submission under way, and what comes meanwhile is the next. Under load
/// submissions grow instead of becoming more; alone, an action leaves at once.
/// </summary>
/// <param name="reattach">Makes sure that the room knows this node, before a submission is repeated.</param>
/// <param name="submitted">Told the newest place that the room answered.</param>
internal sealed partial class RoomSubmissions(
    RoomId room, IRoomGrain grain, RoomNode node, Func<Task> reattach, Action<long> submitted)
{
    /// <summary>For those whom this node refuses by itself.</summary>
    private static readonly TimeSpan BusyRetryAfter = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan BusyPauseMax = TimeSpan.FromMilliseconds(250);

    private readonly Lock _gate = new();
    private SubmissionRound _next = new();
    private bool _running;
    private bool _closed;

    /// <summary>
    /// Ends it if nothing waits and nothing is under way: a room takes the submissions of a node one after the other,
    /// so a second one like this must not begin before.
    /// </summary>
    public bool TryClose()
    {
        lock (_gate) return _closed = !_running && _next.IsEmpty;
    }

    /// <returns>Null if it has closed: there is, or will be, another one.</returns>
    /// <exception cref="BusyException">Too many wait; nothing was done.</exception>
    public Task<RoomOutcome>? ActAsync(RoomCommand command)
    {
        Task<RoomOutcome> outcome;
        lock (_gate)
        {
            if (_closed) return null;
            if (_next.Commands >= node.Options.WaitingMax) throw Full();
            outcome = _next.Add(command);
            node.Metrics.Waiting(1);
            if (_running) return outcome;
            _running = true;
        }
        Start();
        return outcome;
    }

    /// <returns>Completes when it is durable; null as above.</returns>
    /// <exception cref="BusyException">Too many different ones wait; nothing was counted.</exception>
    public Task? ReactAsync(string emoji, int count)
    {
        Task counted;
        lock (_gate)
        {
            if (_closed) return null;
            counted = _next.React(emoji, count) ?? throw Full();
            if (_running) return counted;
            _running = true;
        }
        Start();
        return counted;
    }

    public void Entered(Person person) => Tell(static (round, person) => round.Entered(person), person);

    public void Left(UserId user) => Tell(static (round, user) => round.Left(user), user);

    public void Typing(Person person) => Tell(static (round, person) => round.Typing(person), person);

    private void Tell<T>(Action<SubmissionRound, T> add, T what)
    {
        lock (_gate)
        {
            add(_next, what);
            if (_closed || _running || _next.IsEmpty) return;
            _running = true;
        }
        Start();
    }

    /// <summary>Off the caller's thread and context: the loop outlives its call.</summary>
    private void Start() =>
        ThreadPool.UnsafeQueueUserWorkItem(static submissions => _ = submissions.RunAsync(), this, preferLocal: false);

    private async Task RunAsync()
    {
        while (TakeNext() is { } round)
        {
            var pause = await SubmitAsync(round, round.ToSubmission(node.Id, node.NextBatch()));
            if (pause > TimeSpan.Zero) await Task.Delay(pause, node.Time);
        }
    }

    private SubmissionRound? TakeNext()
    {
        lock (_gate)
        {
            if (_next.IsEmpty)
            {
                _running = false;
                return null;
            }
            var round = _next;
            _next = new();
            return round;
        }
    }

    /// <returns>How long to wait before the next.</returns>
    private async Task<TimeSpan> SubmitAsync(SubmissionRound round, RoomSubmission submission)
    {
        try
        {
            var tries = 0;
            var outcomes = await node.Failover.RunAsync(
                async () =>
                {
                    if (tries++ > 0) await reattach();
                    return await grain.SubmitAsync(submission);
                },
                node.Stopping);
            Tell(round, outcomes);
            return TimeSpan.Zero;
        }
        catch (BusyException busy)
        {
            // Nothing was taken: who is here has to be said again, the others decide for themselves.
            lock (_gate) _next.PutBack(round);
            Fail(round, busy, "busy");
            return busy.RetryAfter < BusyPauseMax ? busy.RetryAfter : BusyPauseMax;
        }
        // Whatever it is, those who wait are told, and the room goes on.
#pragma warning disable CA1031
        catch (Exception exception)
#pragma warning restore CA1031
        {
            LogFailed(node.Logger, exception, room, submission.Batch, round.Commands);
            Fail(round, new RoomOutcomeUnknownException(room, exception), "unknown");
            await ReattachAsync();
            return TimeSpan.Zero;
        }
    }

    /// <summary>Whom the room believes to be here may be wrong now.</summary>
    private async Task ReattachAsync()
    {
        try
        {
            await reattach();
        }
        // The next renewal tries again.
#pragma warning disable CA1031
        catch (Exception exception)
#pragma warning restore CA1031
        {
            LogReattachFailed(node.Logger, exception, room);
        }
    }

    private void Tell(SubmissionRound round, RoomOutcome[] outcomes)
    {
        var newest = 0L;
        var refused = 0;
        foreach (var outcome in outcomes)
        {
            newest = Math.Max(newest, outcome.Seq ?? 0);
            if (outcome.Refusal is not null) refused++;
        }
        node.Metrics.Waiting(-round.Commands);
        node.Metrics.Commands("taken", outcomes.Length - refused);
        node.Metrics.Commands("refused", refused);
        round.Complete(outcomes);
        if (newest > 0) submitted(newest);
    }

    private void Fail(SubmissionRound round, Exception exception, string outcome)
    {
        node.Metrics.Waiting(-round.Commands);
        node.Metrics.Commands(outcome, round.Commands);
        round.Fail(exception);
    }

    private BusyException Full() =>
        new($"Room '{room}': more waits at this node than it holds; nothing was done. Send the same again later.",
            BusyRetryAfter);

    [LoggerMessage(LogLevel.Warning, "Room {Room}: submission {Batch} failed; {Commands} callers were told to retry")]
    private static partial void LogFailed(
        ILogger logger, Exception exception, RoomId room, long batch, int commands);

    [LoggerMessage(LogLevel.Warning, "Room {Room}: attaching again failed; tried again at the next renewal")]
    private static partial void LogReattachFailed(ILogger logger, Exception exception, RoomId room);
}

/// <summary>Whether it was done is not known; the same again, with the same id, is harmless.</summary>
internal sealed class RoomOutcomeUnknownException(RoomId room, Exception cause) : TimeoutException(
    $"Room '{room}': whether it was done is not known. Send the same again with the same id: it is done once.", cause);
