namespace Engage.Neural.Tests;

public sealed class PagedTableTests
{
    [Fact]
    public void AFrozenViewNeverChanges()
    {
        var table = new PagedTable<float>(3, pageShift: 1);
        table.GrowTo(5);
        table.Writable(4)[1] = 7;

        var frozen = table.Freeze();
        table.Writable(4)[1] = 8;
        table.Writable(0).Fill(1);
        table.GrowTo(9);

        Assert.Equal(5, frozen.Count);
        Assert.Equal([0, 7, 0], frozen[4].ToArray());
        Assert.Equal([0, 0, 0], frozen[0].ToArray());
        Assert.Equal([0, 8, 0], table.Row(4).ToArray());
    }

    [Fact]
    public void OnlyTouchedPagesAreCopied()
    {
        var table = new PagedTable<int>(1, pageShift: 2);
        table.GrowTo(8);
        var first = table.Freeze();

        table.Writable(5)[0] = 1;
        var second = table.Freeze();

        Assert.True(System.Runtime.CompilerServices.Unsafe.AreSame(
            in first.At(0), in second.At(0)));
        Assert.False(System.Runtime.CompilerServices.Unsafe.AreSame(
            in first.At(4), in second.At(4)));
    }

    [Fact]
    public void AnyInterleavingOfWritesAndFreezesKeepsEveryViewAsItWas()
    {
        var random = new SeededRandom(17);
        var table = new PagedTable<int>(2, pageShift: 2);
        var truth = new List<int[]>();
        var views = new List<(PagedRows<int> View, int[][] Expected)>();

        for (var step = 0; step < 2000; step++)
        {
            if (truth.Count == 0 || random.Next(10) == 0)
            {
                truth.Add([0, 0]);
                table.GrowTo(truth.Count);
            }

            var row = random.Next(truth.Count);
            truth[row] = [step, -step];
            table.Writable(row)[0] = step;
            table.Writable(row)[1] = -step;
            if (random.Next(20) == 0)
                views.Add((table.Freeze(), [.. truth]));
        }

        Assert.NotEmpty(views);
        foreach (var (view, expected) in views)
        {
            Assert.Equal(expected.Length, view.Count);
            for (var row = 0; row < view.Count; row++)
                Assert.Equal(expected[row], view[row].ToArray());
        }
    }

    [Fact]
    public void FreezingWithoutChangesGivesTheSameView()
    {
        var table = new PagedTable<int>(1);
        table.GrowTo(2);

        Assert.Equal(table.Freeze(), table.Freeze());
    }
}
