using Engage.Contracts;
using Engage.Contracts.Creators;
using Engage.Contracts.Rooms;

namespace Engage.Api.Dashboards;

/// <summary>Puts a dashboard together from the creator's board and the pulses of her rooms.</summary>
internal sealed partial class DashboardReader(
    IGrainFactory grains, FanOutlooks fans, NamedPeople named, TimeProvider time, ILogger<DashboardReader> logger)
{
    /// <param name="creator">Whose.</param>
    /// <param name="curves">What is wanted of the curves.</param>
    /// <param name="lastSecond">What was read before; null: nothing.</param>
    /// <returns>Null if the creator does not exist.</returns>
    public async Task<DashboardAnswer?> ReadAsync(
        CreatorId creator, CurveRequest curves, LastSecond? lastSecond)
    {
        var boardFrom = curves.From(CurveRequest.OfBoard);
        if (await grains.GetGrain<ICreatorBoardGrain>(creator.Value).GetBoardAsync(boardFrom) is not { } board)
            return null;

        var read = await Task.WhenAll(board.Rooms.Select(room => ReadAsync(room, curves.From(room))));
        var rooms = await named.KeepAsync(Array.FindAll(read, pulse => pulse is not null)!);
        var at = time.GetUtcNow();
        var (changed, changedIn) = (lastSecond ?? new()).Since(at, board, rooms);
        return new(
            creator, at, [.. rooms.Select(pulse => DashboardRoom.From(pulse, changedIn(pulse)))],
            board.Totals.Shown, board.Totals.Clicked, board.Totals.Viewed, board.Totals.Enrolled,
            board.Totals.Purchased, board.Totals.Converted, board.Sales, changed,
            Array.ConvertAll(board.Contents, DashboardContent.From), board.Curve, fans.Of(rooms));
    }

    /// <summary>One room that does not answer leaves the rest of the dashboard as it is.</summary>
    private async Task<RoomPulseView?> ReadAsync(RoomId room, long curveFrom)
    {
        try
        {
            return await grains.GetGrain<IRoomPulseGrain>(room.Value).GetPulseAsync(curveFrom);
        }
#pragma warning disable CA1031
        catch (Exception exception)
#pragma warning restore CA1031
        {
            LogRoomMissing(exception, room);
            return null;
        }
    }

    [LoggerMessage(LogLevel.Warning, "Room {Room} is missing in a dashboard: it did not answer")]
    private partial void LogRoomMissing(Exception exception, RoomId room);
}
