using Engage.LoadGen.Load.Arrivals;

namespace Engage.LoadGen.Tests.Load;

public sealed class ArrivalTests : IDisposable
{
    private static readonly ArrivalSettings Settings = new(Rate: 50, Seconds: 100, Users: 40, Characters: 80, Seed: 3);

    private readonly string _file = Path.GetTempFileName();

    public void Dispose() => File.Delete(_file);

    [Fact]
    public void EvenArrivalsAreEvenlySpacedAndEverybodyHasHerTurn()
    {
        var arrivals = Shapes.Even(Settings).ToArray();

        Assert.Equal(5_000, arrivals.Length);
        Assert.All(arrivals.Zip(arrivals.Skip(1)), pair =>
            Assert.Equal(0.02, pair.Second.Seconds - pair.First.Seconds, 6));
        Assert.All(arrivals.CountBy(arrival => arrival.Person), each => Assert.Equal(125, each.Value));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void ChanceKeepsTheRateAndTheSeedKeepsTheChance(bool lecture)
    {
        IEnumerable<Arrival> Draw(int seed) => lecture
            ? Shapes.Lecture(Settings with { Seed = seed })
            : Shapes.Random(Settings with { Seed = seed });

        var arrivals = Draw(3).ToArray();

        // 5,000 arrivals of a Poisson process: four standard deviations are 283.
        Assert.InRange(arrivals.Length, 4_717, 5_283);
        Assert.All(arrivals, arrival => Assert.InRange(arrival.Seconds, 0, 100));
        Assert.All(arrivals, arrival => Assert.InRange(arrival.Person, 0, 39));
        Assert.Equal(arrivals, Draw(3));
        Assert.NotEqual(arrivals, Draw(4));
    }

    [Fact]
    public void ALectureBeginsWithGreetingsAndEndsWithApplause()
    {
        var arrivals = Shapes.Lecture(Settings).ToArray();

        int Between(double from, double to) => arrivals.Count(each => each.Seconds >= from && each.Seconds < to);

        Assert.True(Between(0, 3) > 2 * Between(17, 20));
        Assert.True(Between(97, 100) > 2 * Between(17, 20));
    }

    [Fact]
    public async Task ARecordingKeepsItsBurstsAndMeetsTheRate()
    {
        // All that is said in the first chat is said in its last tenth, by author 5.
        await File.WriteAllLinesAsync(_file,
        [
            "stream,ms,author,moderator,chars", "0,0,1,0,10",
            .. Enumerable.Range(0, 400).Select(i => $"0,{90_000 + (i * 25)},5,0,{20 + (i % 3)}"),
        ]);

        var arrivals = Recording.Read(_file).ToArrivals(Settings with { Rate = 4 }).ToArray();

        Assert.InRange(arrivals.Length, 390, 402);
        Assert.True(arrivals.Count(arrival => arrival.Seconds >= 90) > 380);
        Assert.All(arrivals, arrival => Assert.InRange(arrival.Seconds, 0, 100));
        Assert.True(arrivals.CountBy(arrival => arrival.Person).Max(each => each.Value) > 380);
        Assert.Equal(arrivals.OrderBy(arrival => arrival.Seconds), arrivals);
    }

    [Fact]
    public async Task ALineThatIsNoMessageIsNamed()
    {
        await File.WriteAllLinesAsync(_file, ["stream,ms,author,moderator,chars", "0,0,1,0,10", "0,soon,1,0,10"]);

        var error = Assert.Throws<InvalidDataException>(() => Recording.Read(_file));

        Assert.Contains(":3: found '0,soon,1,0,10'", error.Message, StringComparison.Ordinal);
    }
}
