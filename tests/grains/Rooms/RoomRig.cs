using Engage.Contracts;
using Engage.Contracts.Rooms;
using Engage.Grains.Rooms;
using Engage.Storage;
using Engage.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace Engage.Grains.Tests.Rooms;

/// <summary>
/// One room without a silo: its life on a scheduler of its own, where one turn runs at a time as in a grain, on a log
/// in memory and under a clock that the test moves.
/// </summary>
internal sealed class RoomRig
{
    private readonly TaskFactory _turns = new(new ConcurrentExclusiveSchedulerPair().ExclusiveScheduler);
    private readonly MemoryState<StoredRoom> _stored = new();

    public FakeTimeProvider Time { get; } = new();
    public FaultyRoomLog Log { get; } = new(new MemoryRoomLog());
    public FakeMembers Members { get; } = new();
    public List<Mention> Mentions { get; } = [];
    public RoomServingOptions Options { get; } = new();
    public RoomOptions Rules { get; } = new() { ActionBurst = 10_000, ActionsPerSecond = 1_000 };
    public RoomLife Life { get; private set; } = null!;

    /// <summary>How often the room asked to be started over.</summary>
    public int Deactivations { get; private set; }

    public static async Task<RoomRig> StartAsync(Action<RoomRig>? configure = null)
    {
        var rig = new RoomRig();
        configure?.Invoke(rig);
        await rig.OpenAsync();
        return rig;
    }

    /// <summary>Another activation, from the log and what was stored.</summary>
    public async Task OpenAsync()
    {
        var definition = RoomSite.Definition();
        var store = new RoomStore(definition, _stored, Log, new OpenVault(), Rules, Options, Time, NullLogger.Instance);
        var parts = new RoomParts(
            definition, Log, store, Members, user => new FakeInbox(user, Mentions), FakeBoard.Create(), Options,
            new RoomMetrics(), Time, NullLogger.Instance, () => Deactivations++);
        Life = await TurnAsync(() => RoomLife.OpenAsync(parts, CancellationToken.None));
    }

    /// <summary>Stores, as an orderly end does.</summary>
    public async Task ReopenAsync()
    {
        await TurnAsync(async () =>
        {
            await Life.CloseAsync();
            return 0;
        });
        await OpenAsync();
    }

    public Task<T> TurnAsync<T>(Func<Task<T>> turn) => _turns.StartNew(turn).Unwrap();

    /// <summary>Returns when everything that could run has run.</summary>
    public async Task SettleAsync()
    {
        for (var i = 0; i < 20; i++) await _turns.StartNew(static () => { });
    }

    public async Task TickAsync(TimeSpan? step = null)
    {
        Time.Advance(step ?? TimeSpan.FromSeconds(1));
        await TurnAsync(async () =>
        {
            await Life.TickAsync();
            return 0;
        });
        await SettleAsync();
    }

    public Task<RoomOutcome[]> SubmitAsync(RoomSubmission submission) => TurnAsync(() => Life.SubmitAsync(submission));

    public async Task<LoggedEntry[]> EntriesAsync() =>
        await Log.ReadAsync(RoomSite.Id, 0, int.MaxValue, CancellationToken.None);
}

/// <summary>A node of a <see cref="RoomRig"/>, which follows the room as docs/protocol.md has it.</summary>
internal sealed class RigNode(RoomRig rig, string id) : IRoomObserver
{
    private readonly List<LoggedEntry> _seen = [];
    private long _batch;

    public string Id => id;

    /// <summary>All that may be seen above <see cref="From"/> up to <see cref="To"/>.</summary>
    public IReadOnlyList<LoggedEntry> Seen => _seen;
    public long From { get; private set; }
    public long To { get; private set; }
    public bool IsAttached { get; private set; }
    public List<RoomBatch> Batches { get; } = [];
    public HashSet<string> Present { get; } = [];

    public void OnBatch(RoomBatch batch)
    {
        Batches.Add(batch);
        if (!IsAttached || batch.To <= To) return;

        Assert.True(batch.After <= To, $"A gap: {To} is known, the batch begins behind {batch.After}.");
        _seen.AddRange(batch.Entries.Where(entry => entry.Seq > To));
        To = batch.To;
    }

    public Task AttachAsync() => AttachAsync([.. Present], _batch);

    /// <param name="present">Whoever was here.</param>
    /// <param name="lastBatch">The newest submission that was numbered by then.</param>
    public Task AttachAsync(string[] present, long lastBatch) => rig.TurnAsync(async () =>
    {
        var attachment = await rig.Life.AttachAsync(
            this, id, [.. present.Select(user => new UserId(user))], lastBatch);
        _seen.Clear();
        _seen.AddRange(attachment.Window);
        (From, To, IsAttached) = (attachment.WindowAfter, attachment.Seq, true);
        return 0;
    });

    public Task DetachAsync() => rig.TurnAsync(() =>
    {
        rig.Life.Detach(id);
        IsAttached = false;
        return Task.FromResult(0);
    });

    public Task<RoomOutcome[]> SubmitAsync(params RoomCommand[] commands) => rig.SubmitAsync(Submission(commands));

    public Task<RoomOutcome[]> EnterAsync(params string[] users)
    {
        Present.UnionWith(users);
        return rig.SubmitAsync(Submission() with { Entered = [.. users.Select(RoomRigPeople.Person)] });
    }

    public Task<RoomOutcome[]> LeaveAsync(params string[] users)
    {
        Present.ExceptWith(users);
        return rig.SubmitAsync(Submission() with { Left = [.. users.Select(user => new UserId(user))] });
    }

    public RoomSubmission Submission(params RoomCommand[] commands) => new(id, ++_batch, commands, [], [], [], []);
}

internal static class RoomRigPeople
{
    public static Person Person(string user) => new(new(user), user.ToUpperInvariant());
}
