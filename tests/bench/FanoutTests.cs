using System.Text.Json;
using Engage.Bench.Fanout;
using Engage.LoadGen.Load.Conducting;
using Engage.LoadGen.Measure;

namespace Engage.Bench.Tests;

public sealed class FanoutTests
{
    [Fact]
    public async Task FanoutReportsItsRowsBesideThePeers()
    {
        var report = await BenchProgram.RunAsync("fanout", "--smoke", "--without", "socketio");

        Assert.Equal("fanout", report.GetProperty("bench").GetString());
        var rows = report.GetProperty("rows").EnumerateArray()
            .ToDictionary(row => row.GetProperty("name").GetString()!);
        Assert.Equal("messages/s", rows["capacity at 20 people"].GetProperty("unit").GetString());
        var cost = rows["server processor time per delivery at 20 people, 20 messages/s"];
        Assert.True(Median(cost) >= 0);
        Assert.True(rows.ContainsKey("server processor time per delivery at 10 people, 200 deliveries/s"));
    }

    [Theory]
    [InlineData(100, 500)]
    [InlineData(3_000, 500)]
    [InlineData(500, 500)]
    [InlineData(2, 1)]
    public async Task TheSearchEndsJustBelowWhatBreaks(double guess, double capacity)
    {
        var tried = new List<double>();
        var search = new CapacitySearch(1.5, 1.12, 24);

        var held = await search.RunAsync(guess, rate =>
        {
            tried.Add(rate);
            return Task.FromResult(Measured(rate, holds: rate <= capacity));
        });

        Assert.InRange(held!.Rate, capacity / 1.5, capacity);
        Assert.Contains(tried, rate => rate > capacity);
        Assert.True(tried.Where(rate => rate > capacity).Min() / held.Rate < 1.51);
    }

    [Fact]
    public void ARateHoldsOnlyIfNothingIsMissingAndNothingIsLate()
    {
        var good = Measured(10, holds: true);

        Assert.True(good.Holds);
        Assert.False((good with { Phase = good.Phase with { Received = good.Phase.Received - 1 } }).Holds);
        Assert.False((good with { Phase = good.Phase with { Behind = 1 } }).Holds);
        Assert.False((good with { Phase = good.Phase with { Acknowledged = good.Phase.Offered - 1 } }).Holds);
        Assert.False((good with { Phase = good.Phase with { Disconnected = 1 } }).Holds);
        Assert.False(Measured(10, holds: false).Holds);
    }

    private static double Median(JsonElement row) => row.GetProperty("ours").GetProperty("median").GetDouble();

    private static Measurement Measured(double rate, bool holds)
    {
        var delivery = new LatencyHistogram();
        delivery.Record(TimeSpan.FromMilliseconds(holds ? 20 : 900));
        var phase = new PhaseResult(
            1, 3, 0, 0, 10, 10, 10, 0, 0, 0, 0, 0, 30, 0, new Dictionary<string, long>(), 0.2, 10, null)
        {
            Delivery = delivery, Acknowledgement = new(), Lag = new(), CatchUp = new(), Visit = new(), EachSecond = [],
        };
        return new(rate, phase, 0.1);
    }
}
