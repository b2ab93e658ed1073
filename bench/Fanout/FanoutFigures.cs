using System.Globalization;

namespace Engage.Bench.Fanout;

/// <summary>What was measured so far, by row and contender.</summary>
internal sealed class FanoutFigures
{
    private readonly Dictionary<string, Dictionary<string, List<double>>> _values = [];
    private double _generatorCpu;

    public void AddCapacity(string contender, double rate, double generatorCpu)
    {
        Add("capacity", contender, rate);
        _generatorCpu = Math.Max(_generatorCpu, generatorCpu);
    }

    public void AddCost(string contender, double rate, Measurement measured) =>
        Add(CostRow(rate), contender, measured.MicrosecondsPerDelivery);

    public void AddScale(string contender, int users, Measurement measured) =>
        Add(ScaleRow(users), contender, measured.MicrosecondsPerDelivery);

    public IReadOnlyList<BenchRow> ToRows(FanoutPlan plan)
    {
        var people = plan.Users.ToString("N0", CultureInfo.InvariantCulture);
        return
        [
            .. Row("capacity", $"capacity at {people} people", "messages/s", string.Create(
                CultureInfo.InvariantCulture,
                $"nothing lost and p99 <= {Measurement.P99Max.TotalMilliseconds} ms; the generator used up to "
                + $"{_generatorCpu:P0} of its core")),
            .. plan.CostRates.SelectMany(rate => Row(
                CostRow(rate), $"server processor time per delivery at {people} people, {rate} messages/s", "us",
                null)),
            .. plan.Scales.SelectMany(users => Row(
                ScaleRow(users), string.Create(
                    CultureInfo.InvariantCulture,
                    $"server processor time per delivery at {users:N0} people, {plan.ScaleDeliveries:N0} deliveries/s"),
                "us", null)),
        ];
    }

    private IEnumerable<BenchRow> Row(string key, string name, string unit, string? note)
    {
        if (!_values.TryGetValue(key, out var contenders) || !contenders.TryGetValue(FanoutPlan.Ours, out var ours))
            yield break;
        yield return new(
            name, unit, Spread.Of(ours),
            // One that held nothing at all has no ratio.
            contenders.Where(each => each.Key != FanoutPlan.Ours && Spread.Of(each.Value).Median > 0)
                .ToDictionary(each => each.Key, each => Spread.Of(each.Value))) { Note = note };
    }

    private void Add(string row, string contender, double value)
    {
        if (!_values.TryGetValue(row, out var contenders))
            _values[row] = contenders = [];
        if (!contenders.TryGetValue(contender, out var values))
            contenders[contender] = values = [];
        values.Add(value);
    }

    private static string CostRow(double rate) => string.Create(CultureInfo.InvariantCulture, $"cost {rate}");

    private static string ScaleRow(int users) => string.Create(CultureInfo.InvariantCulture, $"scale {users}");
}
