using System.Reflection;
using Engage.Contracts;
using Engage.Contracts.Creators;
using Engage.Contracts.Rooms;
using Engage.Storage;
using Orleans.Core;
using Orleans.Storage;

namespace Engage.Grains.Tests.Rooms;

/// <summary>A log as the contract has it, in memory.</summary>
internal sealed class MemoryRoomLog : IRoomLog
{
    private readonly List<LoggedEntry> _entries = [];
    private readonly Dictionary<(UserId, Guid), long> _messages = [];

    public ValueTask<DuplicateEntry[]> AppendAsync(
        RoomId room, IReadOnlyList<LoggedEntry> entries, CancellationToken cancellationToken)
    {
        lock (_entries)
        {
            if (entries[0].Seq != _entries.Count + 1)
                throw new InconsistentStateException($"The log ends at {_entries.Count}.");
            DuplicateEntry[] duplicates =
            [
                .. entries.Index()
                    .Where(pair => pair.Item.MessageId is { } id && _messages.ContainsKey((pair.Item.By!.Value, id)))
                    .Select(pair => new DuplicateEntry(
                        pair.Index, _messages[(pair.Item.By!.Value, pair.Item.MessageId!.Value)])),
            ];
            if (duplicates.Length > 0) return new(duplicates);

            foreach (var entry in entries)
            {
                Assert.Equal(_entries.Count + 1, entry.Seq);
                _entries.Add(entry);
                if (entry is { By: { } by, MessageId: { } id }) _messages.Add((by, id), entry.Seq);
            }
            return new([]);
        }
    }

    public ValueTask<LoggedEntry[]> ReadAsync(RoomId room, long after, int limit, CancellationToken cancellationToken)
    {
        lock (_entries) return new([.. _entries.Skip((int)after).Take(limit)]);
    }

    public ValueTask<LoggedEntry[]> ReadBackAsync(
        RoomId room, long before, int limit, CancellationToken cancellationToken)
    {
        lock (_entries) return new([.. _entries.Where(entry => entry.Seq < before).TakeLast(limit)]);
    }

    public ValueTask<long> HeadAsync(RoomId room, CancellationToken cancellationToken)
    {
        lock (_entries) return new(_entries.Count);
    }
}

/// <summary>A community whose people are visitors until they are changed.</summary>
internal sealed class FakeMembers : ICommunityMembersGrain
{
    private readonly Dictionary<UserId, Standing> _standings = [];

    /// <summary>Calls, and how many people each asked for.</summary>
    public List<int> Asked { get; } = [];

    /// <summary>Why it changes nobody's standing; null: it does.</summary>
    public string? Refuses { get; set; }

    /// <summary>A change is made, and its answer waits for this.</summary>
    public Task Answers { get; set; } = Task.CompletedTask;

    public Standing this[string user]
    {
        set => _standings[new(user)] = value;
    }

    public Task<Standing[]> GetStandingsAsync(UserId[] users)
    {
        Asked.Add(users.Length);
        return Task.FromResult<Standing[]>(
            [.. users.Select(user => _standings.GetValueOrDefault(user, Standing.Visitor))]);
    }

    public async Task<Standing> ChangeAsync(StandingChange change)
    {
        if (Refuses is { } reason) throw new StandingRefusedException(reason);
        var before = _standings.GetValueOrDefault(change.User, Standing.Visitor);
        var changed = _standings[change.User] = before with
        {
            Role = change.Role ?? before.Role,
            BannedUntil = change.BannedUntil ?? before.BannedUntil,
            BanReason = change.BanReason ?? before.BanReason,
            MutedUntil = change.MutedUntil ?? before.MutedUntil,
            MuteReason = change.MuteReason ?? before.MuteReason,
        };
        await Answers;
        return changed;
    }

    public Task EraseAsync(UserId user) => Task.CompletedTask;

    public Task WatchAsync(RoomId room) => Task.CompletedTask;

    public Task<MembersPage> ListAsync(string? after, int limit) => Task.FromResult(new MembersPage([], null));
}

internal sealed class FakeInbox(UserId user, List<Mention> mentions) : IInboxGrain
{
    public Task AddAsync(Mention mention)
    {
        mentions.Add(mention with { Text = $"{user}: {mention.Text}" });
        return Task.CompletedTask;
    }

    public Task<Mention[]> ListAsync() => Task.FromResult<Mention[]>([]);
    public Task EraseAsync() => Task.CompletedTask;
    public Task<int> ExpireAsync(DateTimeOffset before) => Task.FromResult(0);

    public Task ClearAsync() => Task.CompletedTask;
    public Task<Mention[]> WatchAsync(IInboxObserver observer) => Task.FromResult<Mention[]>([]);
    public Task UnwatchAsync(IInboxObserver observer) => Task.CompletedTask;
}

/// <summary>Made when it is needed: to Orleans a class of this interface is one more grain that has it.</summary>
public class FakeBoard : DispatchProxy
{
    public static ICreatorBoardGrain Create() => Create<ICreatorBoardGrain, FakeBoard>();

    protected override object Invoke(MethodInfo? targetMethod, object?[]? args) =>
        targetMethod!.Name == nameof(ICreatorBoardGrain.RoomActiveAsync)
            ? Task.CompletedTask
            : Task.FromResult<CreatorBoard?>(null);
}

/// <summary>State that outlives its grain.</summary>
internal sealed class MemoryState<TState> : IPersistentState<TState> where TState : new()
{
    public TState State { get; set; } = new();
    public string Etag => "";
    public bool RecordExists { get; private set; }

    public Task ReadStateAsync() => Task.CompletedTask;

    public Task WriteStateAsync()
    {
        RecordExists = true;
        return Task.CompletedTask;
    }

    public Task ClearStateAsync()
    {
        (State, RecordExists) = (new(), false);
        return Task.CompletedTask;
    }
}
