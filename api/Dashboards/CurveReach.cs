using Engage.Contracts;
using Engage.Contracts.Creators;

namespace Engage.Api.Dashboards;

/// <summary>
/// How far the watchers of one dashboard know each of its curves. A push carries on where the last one that had the
/// curve ended, however long its actor did not answer, and now and then says all of a curve again.
/// </summary>
/// <remarks>
/// That is for what nobody here can see: an event that was delivered late, because its actor or the pump had failed,
/// changes a second long past. One curve a push at most, so that the pushes stay small.
/// </remarks>
internal sealed class CurveReach
{
    /// <summary>A push says these seconds again: entries of them still came.</summary>
    private const int SecondsAgain = 3;

    /// <summary>How old a whole curve gets before it is said again.</summary>
    private const int WholeSeconds = 30;

    private readonly Dictionary<RoomId, Known> _known = [];
    private long _last;

    /// <param name="second">The present one, since 1970.</param>
    /// <returns>What to ask for.</returns>
    public CurveRequest Next(long second)
    {
        var due = _known
            .Where(curve => curve.Value.Through == _last && second - curve.Value.Whole >= WholeSeconds)
            .OrderBy(curve => curve.Value.Whole).Select(curve => (RoomId?)curve.Key).FirstOrDefault();
        return new(second, room => room != due && _known.TryGetValue(room, out var known)
            ? Math.Min(known.Through, second) - SecondsAgain
            : 0);
    }

    /// <summary>A read was told to the watchers.</summary>
    /// <param name="asked">As it was asked.</param>
    /// <param name="rooms">Those that answered.</param>
    public void Told(CurveRequest asked, IEnumerable<RoomId> rooms)
    {
        foreach (var curve in rooms.Append(CurveRequest.OfBoard))
            _known[curve] = new(asked.At, asked.From(curve) == 0 ? asked.At : _known[curve].Whole);
        _last = asked.At;
        foreach (var (curve, known) in _known)
            if (_last - known.Through > CreatorBoard.CurveSeconds)
                _known.Remove(curve);
    }

    /// <param name="Through">Watchers know it up to there.</param>
    /// <param name="Whole">When all of it was said.</param>
    private readonly record struct Known(long Through, long Whole);
}

/// <summary>From which second on the curves of a dashboard are wanted, each by its room.</summary>
/// <param name="At">The second in which it is asked.</param>
/// <param name="From">Since 1970; 0: all that is kept.</param>
internal sealed record CurveRequest(long At, Func<RoomId, long> From)
{
    /// <summary>All that is kept of every curve.</summary>
    public static readonly CurveRequest Whole = new(0, _ => 0);

    /// <summary>In the place of a room's id: the creator's own curve.</summary>
    public static readonly RoomId OfBoard;
}
