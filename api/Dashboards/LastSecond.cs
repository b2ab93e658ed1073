using Engage.Contracts;
using Engage.Contracts.Creators;
using Engage.Contracts.Rooms;

namespace Engage.Api.Dashboards;

/// <summary>
/// What changed since about a second ago, by keeping the totals of the last few reads. A room that was not there a
/// second ago has changed by nothing yet.
/// </summary>
internal sealed class LastSecond
{
    private static readonly TimeSpan Span = TimeSpan.FromSeconds(1);
    private readonly Queue<Read> _reads = [];

    /// <summary>Adds a read and says what it has that the newest one of a second ago, or the oldest, had not.</summary>
    public (BoardFigures Board, Func<RoomPulseView, PulseTotals> Room) Since(
        DateTimeOffset at, CreatorBoard board, IEnumerable<RoomPulseView> rooms)
    {
        while (_reads.Count > 1 && at - _reads.ElementAt(1).At >= Span) _reads.Dequeue();
        var before = _reads.TryPeek(out var oldest) ? oldest : null;
        _reads.Enqueue(new(at, board.Totals, rooms.ToDictionary(room => room.Room, room => room.Totals)));

        return (
            before is null ? default : Minus(board.Totals, before.Board),
            room => before?.Rooms.TryGetValue(room.Room, out var totals) == true
                ? Minus(room.Totals, totals)
                : default);
    }

    private static BoardFigures Minus(in BoardFigures a, in BoardFigures b) => new(
        a.Shown - b.Shown, a.Clicked - b.Clicked, a.Viewed - b.Viewed,
        a.Enrolled - b.Enrolled, a.Purchased - b.Purchased, a.Converted - b.Converted);

    private static PulseTotals Minus(in PulseTotals a, in PulseTotals b) => new(
        a.Messages - b.Messages, a.Reactions - b.Reactions, a.Questions - b.Questions,
        a.Votes - b.Votes, a.Joined - b.Joined, a.Left - b.Left);

    private sealed record Read(DateTimeOffset At, BoardFigures Board, Dictionary<RoomId, PulseTotals> Rooms);
}
