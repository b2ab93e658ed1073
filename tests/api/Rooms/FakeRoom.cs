using System.Globalization;
using System.Reflection;
using System.Text;
using System.Text.Json;
using Engage.Contracts;
using Engage.Contracts.Catalogue;
using Engage.Contracts.Rooms;

namespace Engage.Api.Tests.Rooms;

/// <summary>
/// A room without rules: what is said is logged at once and told to the node that attached, unless the test loses it.
/// Its state counts the messages, so that a lost change is found out.
/// </summary>
public sealed class FakeRoom(RoomId room) : IRoomGrain, ICommunityMembersGrain
{
    private readonly Lock _gate = new();
    private readonly List<LoggedEntry> _log = [];
    private IRoomObserver? _node;

    /// <summary>The newest entries that a node which attaches is given.</summary>
    public int WindowEntries { get; set; } = 2_000;

    /// <summary>Whether the next batches are lost on their way.</summary>
    public bool LosesBatches { get; set; }

    /// <summary>What the answer to a node that attaches waits for, once it is made.</summary>
    public Func<Task> Attaching { get; set; } = () => Task.CompletedTask;

    public Func<RoomSubmission, Exception?> Fails { get; set; } = _ => null;

    public List<RoomSubmission> Submissions { get; } = [];

    public Dictionary<UserId, Standing> People { get; } = [];

    public int Attached { get; private set; }

    public int Snapshots { get; private set; }

    public int Reads { get; private set; }

    public long Seq
    {
        get { lock (_gate) return _log.Count; }
    }

    public LoggedEntry[] Log
    {
        get { lock (_gate) return [.. _log]; }
    }

    /// <summary>Logs messages and tells the node.</summary>
    public void Say(int messages, RoomAudience audience = RoomAudience.Everyone)
    {
        lock (_gate)
        {
            var after = _log.Count;
            for (var i = 0; i < messages; i++) Add(audience);
            Tell(new RoomBatch
            {
                Room = room, After = after, To = _log.Count, Entries = [.. _log[after..]], State = State(),
            });
        }
    }

    public void Tell(RoomBatch batch)
    {
        lock (_gate)
            if (!LosesBatches)
                _node?.OnBatch(batch);
    }

    public RoomBatch Standings(Member[] standings, Removal[] removed) => new()
    {
        Room = room, After = Seq, To = Seq, Entries = [], Standings = standings, Removed = removed,
    };

    public Task<CreateReply<Room>> CreateAsync(Room definition, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public Task<RoomView?> GetAsync() => throw new NotSupportedException();

    public async Task<RoomAttachment> AttachAsync(
        IRoomObserver node, string nodeId, UserId[] present, long lastBatch)
    {
        RoomAttachment answer;
        lock (_gate)
        {
            (_node, Attached) = (node, Attached + 1);
            var after = Math.Max(0, _log.Count - WindowEntries);
            answer = new(
                Definition(), _log.Count, after, [.. _log[after..]],
                [.. present.Select(user => People.GetValueOrDefault(user, Standing.Visitor))]);
        }
        await Attaching();
        return answer;
    }

    public Task DetachAsync(IRoomObserver node, string nodeId) => Task.CompletedTask;

    public Task<RoomOutcome[]> SubmitAsync(RoomSubmission submission)
    {
        lock (_gate)
        {
            Submissions.Add(submission);
            if (Fails(submission) is { } failure) return Task.FromException<RoomOutcome[]>(failure);
            var first = _log.Count;
            if (submission.Commands.Length > 0) Say(submission.Commands.Length);
            return Task.FromResult(
                submission.Commands.Select((_, i) => new RoomOutcome(first + i + 1, null)).ToArray());
        }
    }

    public Task<RoomSnapshot> GetSnapshotAsync(long atLeastSeq)
    {
        lock (_gate)
        {
            Snapshots++;
            return Task.FromResult(new RoomSnapshot(_log.Count, State(), "{\"held\":{}}"u8.ToArray()));
        }
    }

    public Task<LoggedEntry[]> ReadEachAsync(long[] seqs, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public Task<RoomPage> ReadAsync(RoomPageRequest request, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            Reads++;
            var after = (int)request.After!.Value;
            var page = _log.Skip(after).Take(request.Limit).ToArray();
            return Task.FromResult(new RoomPage(page, after + page.Length, after + page.Length < _log.Count));
        }
    }

    public Task StandingChangedAsync(UserId user, Standing standing) => throw new NotSupportedException();

    public Task<Standing[]> GetStandingsAsync(UserId[] users)
    {
        lock (_gate)
            return Task.FromResult(users.Select(user => People.GetValueOrDefault(user, Standing.Visitor)).ToArray());
    }

    public Task<Standing> ChangeAsync(StandingChange change) => throw new NotSupportedException();

    public Task EraseAsync(UserId user) => throw new NotSupportedException();

    public Task ReloadAsync() => throw new NotSupportedException();

    public Task WatchAsync(RoomId room) => throw new NotSupportedException();

    public Task<MembersPage> ListAsync(string? after, int limit) => throw new NotSupportedException();

    private void Add(RoomAudience audience)
    {
        var seq = _log.Count + 1;
        var json = JsonSerializer.SerializeToUtf8Bytes(new { seq, kind = "said", text = $"{seq}" });
        _log.Add(new(seq, default, RoomEntryKind.Said, audience, null, null, json));
    }

    private byte[] State() =>
        Encoding.UTF8.GetBytes(string.Create(
            CultureInfo.InvariantCulture, $"{{\"phase\":\"live\",\"said\":{_log.Count}}}"));

    private Room Definition() => new()
    {
        Id = room, Community = new("g"), Creator = new("k"), Title = new() { En = "Room" },
    };
}

/// <summary>A grain factory that knows one room and its community.</summary>
public class OneRoomFactory : DispatchProxy
{
    private FakeRoom? _room;

    public static IGrainFactory Of(FakeRoom room)
    {
        var factory = Create<IGrainFactory, OneRoomFactory>();
        ((OneRoomFactory)(object)factory)._room = room;
        return factory;
    }

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) => targetMethod!.Name switch
    {
        "GetGrain" => _room,
        "CreateObjectReference" => args![0],
        _ => throw new NotSupportedException(targetMethod.Name),
    };
}
