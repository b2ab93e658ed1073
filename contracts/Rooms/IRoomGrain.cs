using Engage.Contracts.Catalogue;
using Orleans.Concurrency;

namespace Engage.Contracts.Rooms;

/// <summary>
/// One room: gives what happens its order, makes it durable, then tells the nodes whose people are here. Key: its id.
/// </summary>
[Alias("engage.IRoomGrain")]
public interface IRoomGrain : IGrainWithStringKey
{
    [Alias("CreateAsync")]
    Task<CreateReply<Room>> CreateAsync([Immutable] Room definition, CancellationToken cancellationToken);

    /// <returns>Null if the room does not exist.</returns>
    [AlwaysInterleave, Alias("GetAsync")]
    Task<RoomView?> GetAsync();

    /// <summary>
    /// A node asks to be told what happens from now on, and says who of its people is here. Renew within
    /// <see cref="WatchLifetime"/>; a node that is not known any more is answered as a new one.
    /// </summary>
    /// <param name="node">Is told.</param>
    /// <param name="nodeId">Its name.</param>
    /// <param name="present">Its people.</param>
    /// <param name="lastBatch">
    /// The newest submission that was numbered before the list was made: once a later one was taken, that one knows
    /// better, and the list takes nobody away.
    /// </param>
    [AlwaysInterleave, Alias("AttachAsync")]
    Task<RoomAttachment> AttachAsync(
        IRoomObserver node, string nodeId, [Immutable] UserId[] present, long lastBatch);

    [AlwaysInterleave, Alias("DetachAsync")]
    Task DetachAsync(IRoomObserver node, string nodeId);

    /// <summary>
    /// What came in at one node since its last call, in order; one call of a node is under way at a time. Completes
    /// when what was accepted is durable, and after the batch with it was sent to the nodes.
    /// </summary>
    /// <returns>One outcome per command, in order.</returns>
    /// <exception cref="BusyException">Too much waits already; nothing was taken.</exception>
    [AlwaysInterleave, Alias("SubmitAsync")]
    Task<RoomOutcome[]> SubmitAsync([Immutable] RoomSubmission submission);

    /// <summary>The state of the room for somebody who comes in: JSON, shared, at least as new as asked for.</summary>
    [AlwaysInterleave, Alias("GetSnapshotAsync")]
    Task<RoomSnapshot> GetSnapshotAsync(long atLeastSeq);

    /// <summary>A page of the log, older than the recent window.</summary>
    [AlwaysInterleave, Alias("ReadAsync")]
    Task<RoomPage> ReadAsync(RoomPageRequest request, CancellationToken cancellationToken);

    /// <summary>Single entries, as everyone may see them now; in order of the log, without those that are not
    /// there.</summary>
    /// <param name="seqs">At most <see cref="RoomPageRequest.LimitMax"/>.</param>
    [AlwaysInterleave, Alias("ReadEachAsync")]
    Task<LoggedEntry[]> ReadEachAsync([Immutable] long[] seqs, CancellationToken cancellationToken);

    /// <summary>From the community: somebody's standing has changed.</summary>
    [AlwaysInterleave, OneWay, Alias("StandingChangedAsync")]
    Task StandingChangedAsync(UserId user, Standing standing);

    /// <summary>Takes away, for everybody and at once, all that somebody has said and asked by name.</summary>
    [Alias("EraseAsync")]
    Task EraseAsync(UserId user);

    /// <summary>Forgets the stored state and begins anew from the log, as it reads now.</summary>
    [Alias("ReloadAsync")]
    Task ReloadAsync();

    static readonly TimeSpan WatchLifetime = TimeSpan.FromMinutes(1);
}

/// <summary>Receives what happens in the rooms of one node. Calls are one-way.</summary>
[Alias("engage.IRoomObserver")]
public interface IRoomObserver : IGrainObserver
{
    [Alias("OnBatch")]
    void OnBatch([Immutable] RoomBatch batch);
}

/// <summary>
/// What is new in a room, durable already. A reader that has seen <see cref="After"/> has, with this, seen
/// <see cref="To"/>; whoever has not must ask for what lies between.
/// </summary>
[GenerateSerializer, Immutable, Alias("engage.room-batch")]
public sealed record RoomBatch
{
    [Id(0)] public required RoomId Room { get; init; }
    [Id(1)] public required long After { get; init; }
    [Id(2)] public required long To { get; init; }

    /// <summary>Entries above After up to To that somebody may see, in order; those for nobody are left out.</summary>
    [Id(3)] public required LoggedEntry[] Entries { get; init; }

    /// <summary>
    /// What changed in the room's state: a JSON object of absolute values (totals, presence, who types), so that the
    /// newest alone counts. Null: nothing.
    /// </summary>
    [Id(4)] public byte[]? State { get; init; }

    /// <summary>The same for moderators, in addition.</summary>
    [Id(5)] public byte[]? ModeratorState { get; init; }

    /// <summary>People who may not be here any longer: their connections leave the room.</summary>
    [Id(6)] public Removal[] Removed { get; init => field = value ?? []; } = [];

    /// <summary>Changed standings of people who are here.</summary>
    [Id(7)] public Member[] Standings { get; init => field = value ?? []; } = [];
}

/// <param name="Reason">A word of the protocol: <c>banned</c>.</param>
[GenerateSerializer, Immutable, Alias("engage.removal")]
public sealed record Removal(
    [property: Id(0)] UserId User, [property: Id(1)] string Reason, [property: Id(2)] DateTimeOffset? Until);

/// <param name="Window">The newest entries, in order, without gaps in what may be seen.</param>
/// <param name="WindowAfter">The window holds all there is to see above this.</param>
/// <param name="Standings">Of those who were said to be present, in order.</param>
[GenerateSerializer, Immutable, Alias("engage.room-attachment")]
public sealed record RoomAttachment(
    [property: Id(0)] Room? Room,
    [property: Id(1)] long Seq,
    [property: Id(2)] long WindowAfter,
    [property: Id(3)] LoggedEntry[] Window,
    [property: Id(4)] Standing[] Standings);

/// <param name="Seq">The state is that after this entry.</param>
/// <param name="Json">A JSON object for everyone.</param>
/// <param name="ModeratorJson">What moderators see in addition.</param>
[GenerateSerializer, Immutable, Alias("engage.room-snapshot")]
public sealed record RoomSnapshot(
    [property: Id(0)] long Seq, [property: Id(1)] byte[] Json, [property: Id(2)] byte[] ModeratorJson);

/// <param name="After">Oldest first above this; null: newest first below <paramref name="Before"/>.</param>
/// <param name="Before">Below this; null: from the newest.</param>
[GenerateSerializer, Immutable, Alias("engage.room-page-request")]
public sealed record RoomPageRequest(
    [property: Id(0)] long? After,
    [property: Id(1)] long? Before,
    [property: Id(2)] int Limit,
    [property: Id(3)] RoomAudience Audience)
{
    public const int LimitMax = 1_000;
    public const int LimitDefault = 100;
}

/// <param name="Entries">In order of the log.</param>
/// <param name="Through">All that may be seen between the request's bound and this is in the page.</param>
/// <param name="More">Whether there is more beyond.</param>
[GenerateSerializer, Immutable, Alias("engage.room-page")]
public sealed record RoomPage(
    [property: Id(0)] LoggedEntry[] Entries, [property: Id(1)] long Through, [property: Id(2)] bool More);

[GenerateSerializer, Immutable, Alias("engage.room-view")]
public sealed record RoomView
{
    [Id(0)] public required Room Definition { get; init; }
    [Id(1)] public required RoomPhase Phase { get; init; }
    [Id(2)] public required long Seq { get; init; }
    [Id(3)] public required int Present { get; init; }
    [Id(4)] public DateTimeOffset? StartedAt { get; init; }
    [Id(5)] public DateTimeOffset? EndedAt { get; init; }
}
