using Engage.Contracts.Rooms;
using Orleans.Concurrency;

namespace Engage.Contracts.Creators;

/// <summary>
/// What becomes of one creator's contents, for her dashboard. Key: the creator's id; the actor is the one that counts
/// the creator's events, each exactly once.
/// </summary>
[Alias("engage.ICreatorBoardGrain")]
public interface ICreatorBoardGrain : IGrainWithStringKey
{
    /// <param name="curveFrom">The first second of the curve that is wanted, since 1970.</param>
    /// <returns>Null if the creator does not exist.</returns>
    [AlwaysInterleave, Alias("GetBoardAsync")]
    Task<CreatorBoard?> GetBoardAsync(long curveFrom);

    /// <summary>From a room of this creator in which something goes on; said again while it does.</summary>
    [AlwaysInterleave, OneWay, Alias("RoomActiveAsync")]
    Task RoomActiveAsync(RoomId room);

    /// <summary>A room that was not heard of for so long is not shown any more.</summary>
    static readonly TimeSpan RoomLifetime = TimeSpan.FromMinutes(2);
}

/// <summary>Figures of a creator. Everything but <see cref="Rooms"/> follows from the journal alone.</summary>
[GenerateSerializer, Immutable, Alias("engage.creator-board")]
public sealed record CreatorBoard
{
    /// <summary>How many seconds of the past the curve reaches back.</summary>
    public const int CurveSeconds = 600;
    public const int ContentsMax = 10;

    [Id(0)] public required BoardFigures Totals { get; init; }

    /// <summary>One per currency, by its code; ISO 4217's for none where the catalogue has no price.</summary>
    [Id(1)] public required Sale[] Sales { get; init; }

    /// <summary>Those most dealt with, at most <see cref="ContentsMax"/>.</summary>
    [Id(2)] public required ContentBoard[] Contents { get; init; }
    [Id(3)] public required BoardCurve Curve { get; init; }

    /// <summary>In which something goes on, at most <see cref="RoomsMax"/>.</summary>
    [Id(4)] public required RoomId[] Rooms { get; init; }

    public const int RoomsMax = 50;
}

/// <summary>From being shown to being bought.</summary>
/// <param name="Converted">Enrolled or bought by somebody who had clicked on the recommendation of it before.</param>
[GenerateSerializer, Immutable, Alias("engage.board-figures")]
public readonly record struct BoardFigures(
    [property: Id(0)] long Shown,
    [property: Id(1)] long Clicked,
    [property: Id(2)] long Viewed,
    [property: Id(3)] long Enrolled,
    [property: Id(4)] long Purchased,
    [property: Id(5)] long Converted);

/// <param name="Currency">ISO 4217.</param>
/// <param name="MinorUnits">At most 2^53, beyond which JSON readers count no longer exactly.</param>
[GenerateSerializer, Immutable, Alias("engage.sale")]
public readonly record struct Sale(
    [property: Id(0)] string Currency, [property: Id(1)] long MinorUnits, [property: Id(2)] long Count);

[GenerateSerializer, Immutable, Alias("engage.content-board")]
public sealed record ContentBoard(
    [property: Id(0)] ContentId Content, [property: Id(1)] LocalizedText Title, [property: Id(2)] BoardFigures Figures);

/// <summary>One value per second by the time at which it happened; absolute, as <see cref="PulseCurve"/>.</summary>
[GenerateSerializer, Immutable, Alias("engage.board-curve")]
public sealed record BoardCurve(
    [property: Id(0)] long From,
    [property: Id(1)] int[] Shown,
    [property: Id(2)] int[] Clicked,
    [property: Id(3)] int[] Converted);
