using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace Engage.Api.Tests.Rooms;

/// <summary>Figures of the room and of the node stand in one list when both are in one process.</summary>
public sealed class RoomMetricsTests(RoomServer server) : IClassFixture<RoomServer>
{
    [Fact]
    public async Task NoTwoMetersShareAName()
    {
        var meters = new ConcurrentBag<(string Meter, string Instrument)>();
        var (_, owner) = await server.NewRoomAsync();
        await using var __ = owner;
        await owner.SayAsync("to be counted");

        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, _) => meters.Add((instrument.Meter.Name, instrument.Name)),
        };
        listener.Start();

        var rooms = meters.Where(found => found.Meter.StartsWith("Engage.", StringComparison.Ordinal)).Distinct();
        Assert.Equal(
            ["Engage.Rooms", "Engage.Rooms.Gateway"],
            rooms.Select(found => found.Meter)
                .Where(meter => meter.StartsWith("Engage.Rooms", StringComparison.Ordinal)).Distinct().Order());
        Assert.Empty(rooms.GroupBy(found => found.Instrument).Where(name => name.Count() > 1).Select(name => name.Key));
    }
}
