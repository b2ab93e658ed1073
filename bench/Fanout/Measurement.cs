using System.Diagnostics;
using Engage.LoadGen.Load.Conducting;
using Engage.LoadGen.Load.Workers;
using Engage.LoadGen.Peers;

namespace Engage.Bench.Fanout;

/// <summary>What the generator saw of a hub under a steady load, and what it cost the hub.</summary>
/// <param name="ProcessorSeconds">Of the hub, from the first message until all was received.</param>
internal sealed record Measurement(double Rate, PhaseResult Phase, double ProcessorSeconds)
{
    /// <summary>Beyond this the generator may be what is slow.</summary>
    public const double GeneratorCpuMax = 0.85;

    public static readonly TimeSpan P99Max = TimeSpan.FromMilliseconds(200);

    public TimeSpan P99 => Phase.Delivery.Quantile(0.99);

    public double MicrosecondsPerDelivery => ProcessorSeconds * 1e6 / Math.Max(1, Phase.Received);

    /// <summary>All said, all acknowledged, all received by all, and in time.</summary>
    public bool Holds =>
        P99 <= P99Max && Phase.Behind == 0 && Phase.Unanswered == 0 && Phase.Disconnected == 0
        && Phase.Acknowledged == Phase.Offered && Phase.Received >= Phase.Acknowledged * Phase.Connections;

    /// <summary>Whether the generator had no breath left, so that it says nothing about the hub.</summary>
    public bool IsGeneratorBound => Phase.Cpu > GeneratorCpuMax;
}

/// <summary>A hub with people in one room.</summary>
internal sealed class FullRoom : IAsyncDisposable
{
    private const double DrainSeconds = 8;
    private readonly IHubServer _hub;
    private readonly LoadFleet _fleet;
    private int _phases;

    private FullRoom(IHubServer hub, LoadFleet fleet) => (_hub, _fleet) = (hub, fleet);

    public static async Task<FullRoom> OpenAsync(
        HubContender contender, int users, int seed, CancellationToken cancellation)
    {
        // Where there is but one core, or nothing to pin with, hub and generator share what there is.
        var hub = await contender.StartAsync(Pinning.IsPossible ? 0 : null, cancellation);
        var fleet = LoadFleet.Start(1, seed, Pinning.IsPossible ? 1 : null);
        var room = new FullRoom(hub, fleet);
        try
        {
            await fleet.EnterAsync(await hub.OpenRoomAsync(users, cancellation), users, 0, 0, cancellation);
            return room;
        }
        catch
        {
            await room.DisposeAsync();
            throw;
        }
    }

    /// <summary>Messages of 100 bytes, evenly spaced, by everybody in turns.</summary>
    public async Task<Measurement> MeasureAsync(double rate, double seconds, CancellationToken cancellation)
    {
        var before = _hub.ProcessorTime;
        var phase = await _fleet.RunAsync(
            new PhaseOrder
            {
                Begin = 0, Seconds = seconds, Rate = rate, Shape = "even", DrainSeconds = DrainSeconds,
                Seed = ++_phases,
            },
            null, cancellation);
        return new(rate, phase, (_hub.ProcessorTime - before).TotalSeconds);
    }

    public async ValueTask DisposeAsync()
    {
        await _fleet.DisposeAsync();
        await _hub.DisposeAsync();
    }
}
