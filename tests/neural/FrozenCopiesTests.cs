namespace Engage.Neural.Tests;

public sealed class FrozenCopiesTests
{
    [Fact]
    public void ACopyStaysAsItIsUntilItsViewIsReleased()
    {
        var (random, clock) = (new SeededRandom(11), new PageClock());
        var (copies, values) = (new FrozenCopies<int>(clock), new int[8]);
        var held = new List<(PageView View, int[] Copy, int[] Expected)>();

        for (var step = 1; step <= 5_000; step++)
        {
            if (step % 1_000 == 0)
                Array.Resize(ref values, values.Length + 8);
            values[random.Next(values.Length)] = step;
            held.Add((clock.Begin(), copies.Next(values), (int[])values.Clone()));
            while (held.Count > 0 && (held.Count > 20 || random.Next(3) > 0))
            {
                var at = random.Next(held.Count);
                Assert.Equal(held[at].Expected, held[at].Copy);
                held[at].View.Release();
                held.RemoveAt(at);
            }
        }

        Assert.All(held, view => Assert.Equal(view.Expected, view.Copy));
    }

    [Fact]
    public void CopiesOfReleasedViewsAreWrittenAgain()
    {
        var clock = new PageClock();
        var (copies, seen) = (new FrozenCopies<int>(clock), new HashSet<int[]>(ReferenceEqualityComparer.Instance));

        for (var step = 0; step < 1_000; step++)
        {
            var view = clock.Begin();
            seen.Add(copies.Next([step]));
            view.Release();
        }

        Assert.InRange(seen.Count, 1, 8);
    }

    [Fact]
    public void WithoutAClockEveryCopyIsItsOwn()
    {
        var copies = new FrozenCopies<int>(null);

        int[][] all = [copies.Next([1]), copies.Next([2]), copies.Next([3])];

        Assert.Equal([1, 2, 3], all.Select(copy => copy[0]));
    }
}
