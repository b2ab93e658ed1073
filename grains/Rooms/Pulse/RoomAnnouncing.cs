using Engage.Contracts.Creators;
using Engage.Contracts.Rooms;
using Microsoft.Extensions.Logging;

namespace Engage.Grains.Rooms;

/// <summary>
/// Tells the creator now and then that something goes on in a room, so that her dashboard shows it without looking
/// through all the rooms that she ever had.
/// </summary>
internal sealed partial class RoomAnnouncing(Room definition, ICreatorBoardGrain board, ILogger logger)
{
    private static readonly TimeSpan Period = ICreatorBoardGrain.RoomLifetime / 4;
    private DateTimeOffset _next;

    /// <summary>To be called again and again while something goes on.</summary>
    public void Tick(DateTimeOffset now)
    {
        if (now < _next) return;

        _next = now + Period;
        _ = AnnounceAsync();
    }

    private async Task AnnounceAsync()
    {
        try
        {
            await board.RoomActiveAsync(definition.Id);
        }
        // Said again shortly.
#pragma warning disable CA1031
        catch (Exception exception)
#pragma warning restore CA1031
        {
            LogNotAnnounced(exception, definition.Id.Value);
        }
    }

    [LoggerMessage(LogLevel.Warning, "Room {Room} is not on its creator's dashboard yet; tried again shortly")]
    private partial void LogNotAnnounced(Exception exception, string room);
}
