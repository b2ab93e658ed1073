using Engage.Contracts;
using Engage.Contracts.Rooms;

namespace Engage.Api.Rooms;

/// <summary>
/// Pages of a room's log beyond the window. Whoever asks for the same page while it is being read gets the same answer,
/// and only so many different ones are read at a time.
/// </summary>
internal sealed class RoomHistory(RoomId room, IRoomGrain grain, RoomNode node)
{
    private const int ReadsMax = 16;
    private static readonly TimeSpan BusyRetryAfter = TimeSpan.FromSeconds(1);
    private readonly Dictionary<RoomPageRequest, Task<RoomPage>> _reads = [];

    /// <exception cref="BusyException">Too many different pages are being read.</exception>
    public async Task<RoomPage> ReadAsync(RoomPageRequest request)
    {
        Task<RoomPage>? read;
        lock (_reads)
        {
            if (!_reads.TryGetValue(request, out read))
            {
                if (_reads.Count >= ReadsMax)
                    throw new BusyException(
                        $"Room '{room}': {ReadsMax} pages of its log are being read already; ask again.",
                        BusyRetryAfter);
                // Not the caller's cancellation: others may wait for the same page.
                _reads[request] = read = Task.Run(() => node.Failover.RunAsync(
                    () => grain.ReadAsync(request, node.Stopping), node.Stopping));
            }
        }
        try
        {
            return await read;
        }
        finally
        {
            lock (_reads) _reads.Remove(request);
        }
    }
}
