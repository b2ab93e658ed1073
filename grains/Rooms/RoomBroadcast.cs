using Engage.Contracts;
using Engage.Contracts.Rooms;

namespace Engage.Grains.Rooms;

/// <summary>
/// What the nodes are told: each durable group as one batch, and in between what does not come from the log. Keeps the
/// window that a node which comes new is given; both change together, so that the window and the batches after it are
/// the log without a gap.
/// </summary>
internal sealed class RoomBroadcast(
    RoomId room, RoomNodes nodes, RoomWindow window, RoomPresence presence, RoomTyping typing,
    RoomServingOptions options, TimeProvider time)
{
    private long _peopleVersion;
    private string[] _typing = [];

    /// <summary>All entries up to here were sent.</summary>
    public long Seq => window.Seq;

    /// <summary>Grows with everything that is sent.</summary>
    public long Sent { get; private set; }

    /// <summary>What has changed and goes with the next batch; counts as told.</summary>
    /// <param name="report">People are told of when the log is.</param>
    public RoomMembersJson TakeMembers(PresenceReport? report)
    {
        var isNew = report is not null && _peopleVersion != presence.Version;
        var people = isNew ? presence.List(options.PeopleListedMax) : null;
        if (people is not null) _peopleVersion = presence.Version;
        var names = typing.IsEmpty && _typing.Length == 0 ? _typing : typing.Names(time.GetUtcNow());
        var changed = !names.AsSpan().SequenceEqual(_typing);
        _typing = names;
        return new(report?.Present, people, changed ? names : null);
    }

    /// <summary>All of it, for somebody who comes in.</summary>
    public RoomMembersJson AllMembers() =>
        new(presence.Count, presence.List(options.PeopleListedMax), typing.Names(time.GetUtcNow()));

    /// <summary>What was taken was not told after all.</summary>
    public void TakeBack()
    {
        _peopleVersion = -1;
        _typing = ["?"];
    }

    public void Send(RoomGroup group)
    {
        var after = window.Seq;
        foreach (var entry in group.Logged)
        {
            window.Add(entry.Told());
            if (RoomErasure.Of(entry) is { } erasure) window.Erase(erasure);
            if (entry is { Kind: RoomEntryKind.Said, By: { } by }) typing.Remove(by);
        }
        Send(new RoomBatch
        {
            Room = room,
            After = after,
            To = window.Seq,
            Entries =
            [
                .. group.Logged.Where(entry => entry.Audience != RoomAudience.Nobody).Select(entry => entry.Told()),
            ],
            State = group.Changes.Everyone,
            ModeratorState = group.Changes.Moderators,
            Removed = [.. group.Removed],
        });
    }

    /// <summary>Who writes just now, if that has changed.</summary>
    public void SendMembers()
    {
        if (TakeMembers(null) is { IsEmpty: false } members)
            Send(new RoomBatch { Room = room, After = Seq, To = Seq, Entries = [], State = members.ToBytes() });
    }

    public void SendStandings(Member[] standings, Removal[] removed) => Send(new RoomBatch
    {
        Room = room, After = Seq, To = Seq, Entries = [], Standings = standings, Removed = removed,
    });

    private void Send(RoomBatch batch)
    {
        if (batch is { Entries: [], State: null, ModeratorState: null, Removed: [], Standings: [] }
            && batch.After == batch.To) return;

        Sent++;
        nodes.Send(batch);
    }
}
