using System.Globalization;
using Spectre.Console;

namespace Engage.Bench.Fanout;

/// <summary>Runs all contenders in turns, so that what the machine does besides hits them alike.</summary>
internal sealed class FanoutRun(FanoutPlan plan, IReadOnlyList<HubContender> contenders, IAnsiConsole console)
{
    private const double WarmRate = 20;
    private const double Coarse = 1.5;
    private const double Fine = 1.12;

    private readonly FanoutFigures _figures = new();
    private readonly Dictionary<string, double> _guesses =
        contenders.ToDictionary(each => each.Name, each => each.CapacityGuess);

    public async Task<IReadOnlyList<BenchRow>> RunAsync(CancellationToken cancellation)
    {
        for (var run = 0; run < plan.Runs; run++)
        {
            foreach (var contender in contenders)
                await RunOnceAsync(contender, run, cancellation);
            if (plan.Measures("scale"))
                foreach (var users in plan.Scales)
                    foreach (var contender in contenders.Where(each => each.IsScaled))
                        await ScaleAsync(contender, users, run, cancellation);
        }

        return _figures.ToRows(plan);
    }

    private async Task RunOnceAsync(HubContender contender, int run, CancellationToken cancellation)
    {
        if (plan.Measures("cost"))
            await CostAsync(contender, run, cancellation);
        if (!plan.Measures("capacity"))
            return;
        FullRoom? room = null;
        var brokenCpu = 0.0;
        try
        {
            var search = new CapacitySearch(Coarse, Fine, plan.StepsMax);
            var held = await search.RunAsync(_guesses[contender.Name], async rate =>
            {
                room ??= await WarmRoomAsync(contender, plan.Users, run, cancellation);
                var measured = await room.MeasureAsync(rate, plan.StepSeconds, cancellation);
                Tell(contender, plan.Users, measured);
                if (!measured.Holds)
                {
                    // A step that the generator broke is no limit of the hub: the note says so.
                    brokenCpu = Math.Max(brokenCpu, measured.Phase.Cpu);
                    await room.DisposeAsync();
                    room = null;
                }

                return measured;
            });
            _figures.AddCapacity(contender.Name, held?.Rate ?? 0, Math.Max(held?.Phase.Cpu ?? 0, brokenCpu));
            _guesses[contender.Name] = Math.Max(1, (held?.Rate ?? 1) / Fine);
        }
        finally
        {
            if (room is not null)
                await room.DisposeAsync();
        }
    }

    private async Task CostAsync(HubContender contender, int run, CancellationToken cancellation)
    {
        await using var room = await WarmRoomAsync(contender, plan.Users, run, cancellation);
        foreach (var rate in plan.CostRates)
        {
            var measured = await room.MeasureAsync(rate, plan.CostSeconds, cancellation);
            Tell(contender, plan.Users, measured);
            // A hub that does not keep up is not cheap, it is late.
            if (plan.LeavesOutLate
                && (measured.Phase.Behind > 0 || measured.P99.TotalSeconds > plan.CostSeconds))
                break;
            _figures.AddCost(contender.Name, rate, measured);
        }
    }

    private async Task ScaleAsync(HubContender contender, int users, int run, CancellationToken cancellation)
    {
        await using var room = await WarmRoomAsync(contender, users, run, cancellation);
        var measured = await room.MeasureAsync(plan.ScaleDeliveries / users, plan.CostSeconds, cancellation);
        Tell(contender, users, measured);
        _figures.AddScale(contender.Name, users, measured);
    }

    private async Task<FullRoom> WarmRoomAsync(
        HubContender contender, int users, int run, CancellationToken cancellation)
    {
        var room = await FullRoom.OpenAsync(contender, users, run + 1, cancellation);
        await room.MeasureAsync(Math.Min(WarmRate, plan.ScaleDeliveries / users), plan.StepSeconds / 2, cancellation);
        return room;
    }

    private void Tell(HubContender contender, int users, Measurement measured)
    {
        var phase = measured.Phase;
        // Not through the console, which would break the line at the width of a screen that need not be there.
        console.Profile.Out.Writer.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{contender.Name,-13} {users,6} people {measured.Rate,7:F0} msg/s"
            + $"  p99 {measured.P99.TotalMilliseconds,8:F1} ms  {measured.MicrosecondsPerDelivery,6:F2} us/delivery"
            + $"  generator {phase.Cpu,4:P0}  {(measured.Holds ? "holds" : WhyNot(measured))}"));
    }

    private static string WhyNot(Measurement measured)
    {
        var phase = measured.Phase;
        return string.Create(
            CultureInfo.InvariantCulture,
            $"breaks: {phase.Acknowledged} of {phase.Offered} acknowledged, {phase.Behind} behind, "
            + $"{phase.Received} received, {phase.Disconnected} disconnected"
            + $"{string.Concat(phase.Refused.Select(each => $", {each.Value} {each.Key}"))}"
            + $"{(measured.IsGeneratorBound ? ", the generator is at its end" : "")}");
    }
}
