using Engage.Contracts.Activity;
using Engage.Grains.Creators;
using static Engage.Grains.Tests.TestPlatform;

namespace Engage.Grains.Tests;

public sealed class CreatorFiguresTests
{
    [Fact]
    public void ConversionNeedsAClickByTheSamePersonBefore()
    {
        var figures = new CreatorFigures();

        Apply(figures, "u-1", "c-1", ActivityKind.Enrolled);
        Apply(figures, "u-1", "c-1", ActivityKind.Clicked);
        Apply(figures, "u-2", "c-1", ActivityKind.Purchased);
        Apply(figures, "u-1", "c-2", ActivityKind.Purchased);
        var before = figures.Converted;
        Apply(figures, "u-1", "c-1", ActivityKind.Purchased);
        Apply(figures, "u-1", "c-1", ActivityKind.Enrolled);

        Assert.Equal((0, 1), (before, figures.Converted));
    }

    [Fact]
    public void ClickIsForgottenAfterMoreThanAreKept()
    {
        var figures = new CreatorFigures();
        Apply(figures, "u-first", "c-1", ActivityKind.Clicked);
        Apply(figures, "u-second", "c-1", ActivityKind.Clicked);
        for (var i = 2; i < ClickMemory.ClicksMax + 1; i++) Apply(figures, $"u-{i}", "c-1", ActivityKind.Clicked);

        Apply(figures, "u-first", "c-1", ActivityKind.Enrolled);
        Apply(figures, "u-second", "c-1", ActivityKind.Enrolled);

        Assert.Equal(1, figures.Converted);
    }

    [Fact]
    public void SumOfSalesDoesNotWrapAround()
    {
        var figures = new CreatorFigures();

        for (var i = 0; i < 3_000; i++)
            figures.Apply(0, Event("u-1", "c-1", ActivityKind.Purchased) with { Value = 1L << 53 }, "CNY");

        var sale = Assert.Single(figures.Sales);
        Assert.Equal((1L << 53, 3_000), (sale.MinorUnits, sale.Count));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void OrderOfPartitionsAndRestartsChangeNothing(int seed)
    {
        var random = new Random(seed);
        var partitions = Enumerable.Range(0, 4).Select(_ => Events(random, 2_000)).ToArray();

        var straight = new CreatorFigures();
        for (var partition = 0; partition < 4; partition++)
            foreach (var activity in partitions[partition])
                straight.Apply(partition, activity, "CNY");
        var mixed = new CreatorFigures();
        var next = new int[4];
        for (var left = 8_000; left > 0; left--)
        {
            int partition;
            do partition = random.Next(4); while (next[partition] == 2_000);
            mixed.Apply(partition, partitions[partition][next[partition]++], "CNY");
            if (random.Next(500) == 0) mixed = CreatorFigures.Load(mixed.Save());
        }

        Assert.True(straight.Converted > 100);
        Assert.Equal(straight.Save(), mixed.Save());
    }

    private static ActivityEvent[] Events(Random random, int count) =>
    [
        .. Enumerable.Range(0, count).Select(_ =>
            Event($"u-{random.Next(30)}", $"c-{random.Next(10)}", (ActivityKind)random.Next(1, 17)) with
            {
                OccurredAt = DateTimeOffset.UnixEpoch.AddSeconds(1_000_000 + random.Next(3_000)),
                Value = random.Next(1_000),
            }),
    ];

    private static void Apply(CreatorFigures figures, string user, string content, ActivityKind kind) =>
        figures.Apply(0, Event(user, content, kind), null);
}
