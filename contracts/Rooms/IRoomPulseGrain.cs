using Engage.Contracts.Catalogue;
using Orleans.Concurrency;

namespace Engage.Contracts.Rooms;

/// <summary>
/// The figures of one room, for its creator's dashboard. Key: the room's id; the actor is the one that orders the room.
/// </summary>
/// <remarks>
/// Asked for, not pushed: one call a tick and node costs what a push would, and nobody has to find out which watcher
/// is gone, or which room's actor has moved.
/// </remarks>
[Alias("engage.IRoomPulseGrain")]
public interface IRoomPulseGrain : IGrainWithStringKey
{
    /// <param name="curveFrom">
    /// The first second of the curve that is wanted, in seconds since 1970; what is older than
    /// <see cref="RoomPulseView.CurveSeconds"/> is gone whatever is asked.
    /// </param>
    /// <returns>Null if the room does not exist.</returns>
    [AlwaysInterleave, Alias("GetPulseAsync")]
    Task<RoomPulseView?> GetPulseAsync(long curveFrom);
}

/// <summary>How a room breathes. Everything follows from its log alone: a replay gives the same figures.</summary>
[GenerateSerializer, Immutable, Alias("engage.room-pulse")]
public sealed record RoomPulseView
{
    /// <summary>How many seconds of the past the curve reaches back.</summary>
    public const int CurveSeconds = 600;

    [Id(0)] public required RoomId Room { get; init; }
    [Id(1)] public required LocalizedText Title { get; init; }
    [Id(2)] public required RoomPhase Phase { get; init; }

    /// <summary>Of the newest entry that is counted.</summary>
    [Id(3)] public required long Seq { get; init; }
    [Id(4)] public required int Present { get; init; }
    [Id(5)] public required int Peak { get; init; }
    [Id(6)] public required PulseTotals Totals { get; init; }

    /// <summary>What all people together have watched: the integral of those present over time.</summary>
    [Id(7)] public required double WatchSeconds { get; init; }

    /// <summary>Most active first; at most <see cref="ListMax"/>.</summary>
    [Id(8)] public required ActivePerson[] Active { get; init; }

    /// <summary>Not answered yet, most votes first, then oldest; at most <see cref="ListMax"/>.</summary>
    [Id(9)] public required OpenQuestion[] Questions { get; init; }

    /// <summary>The open ones, then the closed ones, newest first each; at most <see cref="ListMax"/>.</summary>
    [Id(10)] public required PollPulse[] Polls { get; init; }
    [Id(11)] public required PulseCurve Curve { get; init; }

    public const int ListMax = 20;
}

/// <summary>What happened since the room began.</summary>
/// <param name="Reactions">To the moment and to messages.</param>
/// <param name="Votes">Each time somebody votes, also when a vote replaces an earlier one.</param>
[GenerateSerializer, Immutable, Alias("engage.pulse-totals")]
public readonly record struct PulseTotals(
    [property: Id(0)] long Messages,
    [property: Id(1)] long Reactions,
    [property: Id(2)] long Questions,
    [property: Id(3)] long Votes,
    [property: Id(4)] long Joined,
    [property: Id(5)] long Left);

/// <summary>
/// One value per second, all arrays equally long. Values are absolute: a later answer's value for a second replaces the
/// one before, since entries of the running second still come.
/// </summary>
/// <param name="From">The second of the first values, since 1970.</param>
/// <param name="Present">At the end of the second.</param>
[GenerateSerializer, Immutable, Alias("engage.pulse-curve")]
public sealed record PulseCurve(
    [property: Id(0)] long From,
    [property: Id(1)] int[] Present,
    [property: Id(2)] int[] Messages,
    [property: Id(3)] int[] Reactions,
    [property: Id(4)] int[] Questions,
    [property: Id(5)] int[] Votes,
    [property: Id(6)] int[] Joined,
    [property: Id(7)] int[] Left);

/// <summary>Somebody who takes part. What is done anonymously is in the room's totals alone.</summary>
[GenerateSerializer, Immutable, Alias("engage.active-person")]
public sealed record ActivePerson(
    [property: Id(0)] UserId User,
    [property: Id(1)] string Name,
    [property: Id(2)] long Messages,
    [property: Id(3)] long Questions,
    [property: Id(4)] long Reactions,
    [property: Id(5)] long Votes);

/// <param name="By">Null: asked anonymously.</param>
[GenerateSerializer, Immutable, Alias("engage.open-question")]
public sealed record OpenQuestion(
    [property: Id(0)] long Seq,
    [property: Id(1)] string Text,
    [property: Id(2)] Person? By,
    [property: Id(3)] long Votes,
    [property: Id(4)] DateTimeOffset At);

/// <summary>A poll as it stands, also where participants do not see results before its end.</summary>
/// <param name="Counts">Of choices, in their order.</param>
/// <param name="Mean">Of a slider.</param>
/// <param name="Histogram">Of a slider: votes in ten equal parts of its range.</param>
/// <param name="Words">Of a word cloud, most frequent first.</param>
[GenerateSerializer, Immutable, Alias("engage.poll-pulse")]
public sealed record PollPulse(
    [property: Id(0)] long Seq,
    [property: Id(1)] PollKind Kind,
    [property: Id(2)] string Question,
    [property: Id(3)] string[]? Choices,
    [property: Id(4)] bool Open,
    [property: Id(5)] long Voters,
    [property: Id(6)] int[]? Counts,
    [property: Id(7)] double? Mean,
    [property: Id(8)] int[]? Histogram,
    [property: Id(9)] PollWord[]? Words);

[GenerateSerializer, Immutable, Alias("engage.poll-word")]
public readonly record struct PollWord([property: Id(0)] string Word, [property: Id(1)] long Count);
