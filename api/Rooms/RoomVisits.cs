using System.Threading.Channels;
using Engage.Contracts;
using Engage.Contracts.Activity;
using Engage.Contracts.Rooms;

namespace Engage.Api.Rooms;

/// <summary>
/// Being in a room that holds a lecture of the catalogue counts as joining it: told to the journal in the background,
/// in batches. Bounded: when the journal cannot keep up, visits are lost and counted - the room goes on.
/// </summary>
internal sealed partial class RoomVisits(IGrainFactory grains, TimeProvider time, RoomMetrics metrics, ILogger logger)
{
    private const int WaitingMax = 16_384;
    private const int BatchMax = 500;
    private static readonly TimeSpan RetryPause = TimeSpan.FromSeconds(1);

    private readonly Channel<ActivityEvent> _waiting = Channel.CreateBounded<ActivityEvent>(WaitingMax);

    public void Entered(Room room, PersonHere person) => Add(room, person, ActivityKind.Joined);

    public void Left(Room room, PersonHere person) => Add(room, person, ActivityKind.Left);

    public async Task RunAsync(CancellationToken stopping)
    {
        var batch = new List<ActivityEvent>(BatchMax);
        while (await _waiting.Reader.WaitToReadAsync(stopping))
        {
            while (batch.Count < BatchMax && _waiting.Reader.TryRead(out var visit)) batch.Add(visit);
            if (await TryAppendAsync([.. batch], stopping)) batch.Clear();
            else await Task.Delay(RetryPause, time, stopping);
        }
    }

    /// <summary>
    /// The id follows from the room, the person and where the log stood when she came: told twice, it counts once.
    /// </summary>
    public static Guid EventId(RoomId room, UserId user, long enteredAt, ActivityKind kind) =>
        PlatformEventId.Of($"engage.room-visit\n{room}\n{user}\n{enteredAt}\n{kind}");

    private void Add(Room room, PersonHere person, ActivityKind kind)
    {
        if (room.Content is not { } content) return;
        var visit = new ActivityEvent
        {
            EventId = EventId(room.Id, person.Person.User, person.EnteredAt, kind),
            User = person.Person.User,
            Kind = kind,
            Content = content,
            OccurredAt = DateTimeOffset.FromUnixTimeMilliseconds(time.GetUtcNow().ToUnixTimeMilliseconds()),
            Attributes = new Dictionary<string, string> { ["room"] = room.Id.Value },
        };
        if (!_waiting.Writer.TryWrite(visit)) metrics.VisitsLost(1);
    }

    /// <returns>False if the same should be tried again.</returns>
    private async Task<bool> TryAppendAsync(ActivityEvent[] batch, CancellationToken stopping)
    {
        try
        {
            await grains.GetGrain<IActivityIngressGrain>("local").AppendAsync(batch, stopping);
            return true;
        }
        // Its ids make a repeat harmless, so whatever it was, it is tried again while the queue has room.
#pragma warning disable CA1031
        catch (Exception exception) when (!stopping.IsCancellationRequested)
#pragma warning restore CA1031
        {
            LogFailed(logger, exception, batch.Length);
            return false;
        }
    }

    [LoggerMessage(LogLevel.Warning, "{Visits} visits of rooms were not taken by the journal; tried again")]
    private static partial void LogFailed(ILogger logger, Exception exception, int visits);
}
