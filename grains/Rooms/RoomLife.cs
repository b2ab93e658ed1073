using Engage.Contracts;
using Engage.Contracts.Creators;
using Engage.Contracts.Rooms;
using Engage.Storage;
using Microsoft.Extensions.Logging;

namespace Engage.Grains.Rooms;

/// <summary>
/// One room as long as its activation lives: brings its parts together. Used on the grain's turns
/// alone.
/// </summary>
internal sealed partial class RoomLife : RoomPipelineHost
{
    private readonly RoomParts _parts;
    private readonly RoomNodes _nodes;
    private readonly RoomPresence _presence = new();
    private readonly RoomTyping _typing = new();
    private readonly RoomWindow _window;
    private readonly RoomBroadcast _broadcast;
    private readonly RoomStandings _standings;
    private readonly RoomSubmissions _submissions;
    private readonly RoomPipeline _pipeline;
    private readonly RoomMentions _mentions;
    private readonly RoomAnnouncing _announcing;
    private readonly DateTimeOffset _openedAt;
    private (RoomSnapshot Snapshot, long Sent)? _snapshot;
    private int _countedPresent;
    private DateTimeOffset _reportedAt;
    private bool _left;

    private RoomLife(RoomParts parts, RoomState state)
    {
        _parts = parts;
        var (room, options, time) = (parts.Definition.Id, parts.Options, parts.Time);
        _nodes = new(time, parts.Logger);
        _window = new(options.WindowEntriesMax, options.WindowBytesMax);
        _broadcast = new(room, _nodes, _window, _presence, _typing, options, time);
        _standings = new(parts.Members, room, () => options.StandingsMax + _presence.Count, time);
        _pipeline = new(room, state, parts.Log, this, options, time);
        _submissions = new(
            room, _pipeline, _standings, parts.Members, _nodes, _presence, _typing, options, parts.Metrics,
            parts.Logger)
        {
            Remove = removed => _broadcast.SendStandings([], removed),
        };
        _mentions = new(room, parts.Inbox, parts.Members, options, parts.Metrics, parts.Logger)
        {
            IsFromHere = user => _presence.IsPresent(user) || State.HasSpoken(user),
        };
        _announcing = new(parts.Definition, parts.Board, parts.Logger);
        Reading = new(room, _window, parts.Log, entry => State.Served(entry));
        _openedAt = _reportedAt = time.GetUtcNow();
        _presence.Restore(parts.Store.Present);
    }

    public RoomState State => _pipeline.State;

    public RoomReading Reading { get; }

    /// <summary>Nothing has to be looked after before somebody calls.</summary>
    public bool IsQuiet => _nodes.Count == 0 && !_presence.HasNews && !_presence.IsWaiting && _typing.IsEmpty
        && State.NextDue is null;

    /// <summary>Reads the room from its log; a new one's log begins.</summary>
    public static async Task<RoomLife> OpenAsync(RoomParts parts, CancellationToken cancellationToken)
    {
        var state = await parts.Store.LoadAsync(cancellationToken);
        var life = new RoomLife(parts, state);
        await parts.Store.FillAsync(life._window, state, cancellationToken);
        if (state.Seq == 0) life._pipeline.Add(RoomState.Opening(parts.Definition));
        await life._pipeline.DurableAsync();
        parts.Metrics.Opened();
        return life;
    }

    public RoomPulseView Pulse(long curveFrom) =>
        _parts.Store.Pulse.View(_parts.Definition, _parts.Time.GetUtcNow(), curveFrom);

    public Task<RoomOutcome[]> SubmitAsync(RoomSubmission submission) => _submissions.TakeAsync(submission);

    public async Task<RoomAttachment> AttachAsync(IRoomObserver node, string nodeId, UserId[] present, long lastBatch)
    {
        await _pipeline.ReadyAsync();
        while (Unknown(present) is { } unknown) await _standings.LearnAsync(unknown);

        // From here on without a pause: what the node is given and what it is sent afterwards leave no gap.
        var isOvertaken = _nodes.Attach(nodeId, node).LastBatch > lastBatch;
        _presence.Replace(nodeId, present, isOvertaken);
        return new(
            _parts.Definition, _window.Seq, _window.After, _window.ToArray(),
            [.. present.Select(user => _standings.Find(user)!)]);
    }

    public void Detach(string nodeId)
    {
        if (_nodes.Detach(nodeId)) _presence.Drop(nodeId);
    }

    public async Task<RoomView> ViewAsync()
    {
        var view = new RoomView
        {
            Definition = _parts.Definition,
            Phase = State.Phase,
            Seq = State.Seq,
            Present = _presence.Count,
            StartedAt = State.StartedAt,
            EndedAt = State.EndedAt,
        };
        await _pipeline.DurableAsync();
        return view;
    }

    public async Task<RoomSnapshot> SnapshotAsync(long atLeastSeq)
    {
        await _pipeline.ReadyAsync();
        // The same for a crowd that comes at once, until something new was sent.
        if (_snapshot is { } made && (made.Snapshot.Seq, made.Sent) == (State.Seq, _broadcast.Sent)
            && made.Snapshot.Seq >= atLeastSeq)
            return made.Snapshot;

        var (everyone, moderators) = State.Snapshot(_broadcast.AllMembers().WriteTo);
        var snapshot = new RoomSnapshot(State.Seq, everyone, moderators);
        if (snapshot.Seq == _broadcast.Seq) _snapshot = (snapshot, _broadcast.Sent);
        // It may hold what is not durable yet.
        else await _pipeline.DurableAsync();
        return snapshot;
    }

    public void StandingChanged(UserId user, Standing standing)
    {
        _standings.Set(user, standing);
        var now = _pipeline.Now;
        _broadcast.SendStandings(
            [new(user, standing)], standing.IsBanned(now) ? [new(user, "banned", standing.BannedUntil)] : []);
        if (!standing.IsBanned(now) && !standing.IsMuted(now)) return;
        _typing.Remove(user);
    }

    /// <summary>
    /// What the passing of time brings; called once a second, and so the log learns at most so often who came and went.
    /// </summary>
    public async Task TickAsync()
    {
        if (_pipeline.Failure is not null) return;

        await _pipeline.ReadyAsync();
        foreach (var node in _nodes.TakeExpired())
        {
            LogNodeGone(_parts.Logger, node, _parts.Definition.Id.Value);
            _presence.Drop(node);
        }
        var now = _pipeline.Now;
        _announcing.Tick(now);
        if (now - _openedAt >= IRoomGrain.WatchLifetime) _presence.GiveUpMissing();
        if (_presence.HasNews || IsReportDue(now)) ReportPresence();
        foreach (var fact in State.Due(now)) _pipeline.Add(fact);
        if (_pipeline.Open.IsEmpty) _broadcast.SendMembers();
        _pipeline.Kick();
    }

    /// <summary>As the platform, which has no name.</summary>
    public async Task EraseAsync(UserId user)
    {
        await _pipeline.ReadyAsync();
        _pipeline.Add(new HistoryErased(user));
        await _pipeline.DurableAsync();
    }

    /// <summary>Takes back what was stored, and stores nothing more: the next start reads all of the log.</summary>
    public async Task LeaveAsync()
    {
        _left = true;
        await _parts.Store.ClearAsync();
        await _pipeline.DurableAsync();
    }

    /// <summary>Stores what is durable, so that the next start is quick.</summary>
    public async Task CloseAsync()
    {
        _parts.Metrics.Closed();
        _parts.Metrics.PresentChanged(-_countedPresent);
        if (_pipeline.Failure is not null) return;

        if (_presence.HasNews) ReportPresence();
        await _pipeline.DurableAsync();
        if (!_left) await _parts.Store.StoreAsync(State.Seq, State.Save());
    }

    public override bool IsStoreDue(long seq) => !_left && _parts.Store.IsDue(seq);

    public override RoomMembersJson Members(RoomGroup group) => _broadcast.TakeMembers(group.Presence);

    public override void Appended(int entries, TimeSpan elapsed) => _parts.Metrics.Appended(entries, elapsed);

    public override void Durable(RoomGroup group)
    {
        foreach (var entry in group.Entries)
        {
            _parts.Store.Note(entry);
            _mentions.Notify(entry);
        }
        _broadcast.Send(group);
        if (group.Saved is { } state) _ = StoreAsync(group.Entries[^1].Seq, state);
    }

    public override void Known(IEnumerable<(LoggedEntry Entry, long Seq)> duplicates) => _submissions.Know(duplicates);

    public override bool IsKnown((UserId By, Guid Id) message) => _submissions.IsKnown(message);

    public override async Task<RoomState> ReloadAsync()
    {
        LogReloading(_parts.Logger, _parts.Definition.Id.Value);
        _parts.Metrics.Reloaded();
        _broadcast.TakeBack();
        return await _parts.Store.LoadAsync(CancellationToken.None);
    }

    public override void Decide(RoomWork work, int index) => _submissions.Decide(work, index);

    public override void TakeBack(PresenceReport report) => _presence.TakeBack(report);

    public override void GaveUp(Exception error)
    {
        LogGaveUp(_parts.Logger, error, _parts.Definition.Id.Value);
        _parts.Metrics.Failed();
        _parts.Deactivate();
    }

    private List<UserId>? Unknown(UserId[] users)
    {
        List<UserId>? unknown = null;
        foreach (var user in users) _standings.Want(user, ref unknown);
        return unknown;
    }

    /// <summary>Those who watch on are confirmed: the log credits nobody's watching for longer without.</summary>
    private bool IsReportDue(DateTimeOffset now) =>
        _presence.Count > 0 && State.Phase == RoomPhase.Live && now - _reportedAt >= RoomPulse.ConfirmedEvery;

    private void ReportPresence()
    {
        _reportedAt = _pipeline.Now;
        var report = _presence.TakeReport();
        _pipeline.Open.Presence = report;
        _pipeline.Add(new PresenceChanged(report.Present, report.Joined, report.Left));
        _parts.Metrics.PresentChanged(report.Present - _countedPresent);
        _countedPresent = report.Present;
    }

    private async Task StoreAsync(long seq, byte[] state)
    {
        try
        {
            await _parts.Store.StoreAsync(seq, state);
        }
        catch (Orleans.Storage.InconsistentStateException exception)
        {
            // Another activation has stored: this one is the stale one.
            _pipeline.GiveUp(exception);
        }
    }

    [LoggerMessage(LogLevel.Information, "Node {Node} did not renew; its people have left room {Room}")]
    private static partial void LogNodeGone(ILogger logger, string node, string room);

    [LoggerMessage(LogLevel.Information, "Room {Room} reads its state again: a very old message was sent once more")]
    private static partial void LogReloading(ILogger logger, string room);

    [LoggerMessage(
        LogLevel.Error, "Room {Room} starts over from its log; who waits is told that the outcome is unknown")]
    private static partial void LogGaveUp(ILogger logger, Exception error, string room);
}

/// <summary>What a room is made with.</summary>
internal sealed record RoomParts(
    Room Definition, IRoomLog Log, RoomStore Store, ICommunityMembersGrain Members,
    Func<UserId, IInboxGrain> Inbox, ICreatorBoardGrain Board, RoomServingOptions Options, RoomMetrics Metrics,
    TimeProvider Time, ILogger Logger, Action Deactivate);
