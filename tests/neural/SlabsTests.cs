namespace Engage.Neural.Tests;

public sealed class SlabsTests
{
    private static readonly int[] Lengths = [3, 7, 300];

    /// <summary>Against a reference that copies everything: blocks are written, grow, are replaced and returned, while
    /// views are taken and released in any order.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void HeldViewsShowWhatWasTrueThen(ulong seed)
    {
        const int rows = 40;
        var (random, clock) = (new SeededRandom(seed), new PageClock());
        var slabs = new Slabs(Lengths, clock);
        var (blocks, born, truth) = (new int[rows], new long[rows], new float[rows][]);
        Array.Fill(truth, []);
        var held = new List<Moment>();

        for (var step = 1; step <= 8_000; step++)
        {
            Write(random.Next(rows), random.Next(Lengths.Length), step);
            if (random.Next(5) == 0)
                held.Add(new(clock.Begin(), slabs.View, (int[])blocks.Clone(), (float[][])truth.Clone()));
            while (held.Count > 12 || (held.Count > 0 && random.Next(4) == 0))
            {
                var at = random.Next(held.Count);
                held[at].AssertTrue();
                held[at].View.Release();
                held.RemoveAt(at);
            }
        }

        Assert.All(held, moment => moment.AssertTrue());
        Assert.Equal(truth.Sum(row => row.Length), slabs.Used);

        void Write(int row, int size, int value)
        {
            var isShared = blocks[row] != 0 && born[row] < clock.Now;
            if (isShared || blocks[row] == 0 || slabs.SizeOf(blocks[row]) != size)
            {
                if (isShared)
                    slabs.Retire(blocks[row], born[row]);
                else if (blocks[row] != 0)
                    slabs.Return(blocks[row]);
                (blocks[row], born[row]) = (slabs.Rent(size), clock.Now);
            }

            slabs[blocks[row]].Fill(value);
            truth[row] = [.. Enumerable.Repeat((float)value, Lengths[size])];
        }
    }

    [Fact]
    public void TwoBlocksInUseAreNeverTheSame()
    {
        var slabs = new Slabs(Lengths, new());
        var all = Enumerable.Range(0, 30_000).Select(i => (Block: slabs.Rent(i % 3), Value: (float)i)).ToArray();

        foreach (var (block, value) in all)
            slabs[block].Fill(value);

        Assert.DoesNotContain(0, all.Select(own => own.Block));
        foreach (var (block, value) in all)
            Assert.Equal(-1, slabs[block].IndexOfAnyExcept(value));
    }

    /// <summary>What is replaced between two views is all that ever waits.</summary>
    [Fact]
    public void MemoryIsBoundedWhereViewsAreReleased() => Assert.InRange(HeldAfter(_ => true, out _), 1, 5);

    /// <summary>As one that is being saved: what it shows is kept, and what came and went since is used
    /// again.</summary>
    [Fact]
    public void AViewThatIsHeldForLongKeepsNoMoreThanItShows() =>
        Assert.InRange(HeldAfter(step => step != 10, out _), 1, 6);

    [Fact]
    public void WhereNoViewIsReleasedTheWasteIsSaid()
    {
        var held = HeldAfter(_ => false, out var wasted);

        Assert.True(held > 100, $"{held} times what is in use.");
        Assert.InRange(wasted, 100, held);
    }

    [Fact]
    public void NothingIsAllocatedOnceBlocksGoRound()
    {
        var (clock, blocks) = (new PageClock(), new int[100]);
        var slabs = new Slabs(Lengths, clock);
        PageView? last = null;
        Replace(50);

        var before = GC.GetAllocatedBytesForCurrentThread();
        Replace(500);
        var views = GC.GetAllocatedBytesForCurrentThread() - before;

        // The view itself is an object.
        Assert.InRange(views / 500, 0, 64);

        void Replace(int times)
        {
            for (var i = 0; i < times; i++)
            {
                var view = clock.Begin();
                last?.Release();
                last = view;
                foreach (ref var block in blocks.AsSpan())
                {
                    if (block != 0)
                        slabs.Retire(block, clock.Now - 1);
                    block = slabs.Rent(1);
                }
            }
        }
    }

    /// <returns>Floats held for each that is in use.</returns>
    private static double HeldAfter(Func<int, bool> isReleased, out double wasted)
    {
        const int rows = 2_000;
        var clock = new PageClock();
        var slabs = new Slabs([64], clock);
        int[] blocks = [.. Enumerable.Range(0, rows).Select(_ => slabs.Rent(0))];
        (PageView View, int Step)? last = null;
        for (var step = 0; step < 200; step++)
        {
            var view = clock.Begin();
            if (last is { } old && isReleased(old.Step))
                old.View.Release();
            last = (view, step);
            for (var row = 0; row < rows; row++)
            {
                slabs.Retire(blocks[row], clock.Now - 1);
                blocks[row] = slabs.Rent(0);
            }
        }

        wasted = (double)slabs.Wasted / slabs.Used;
        return (double)slabs.Held / slabs.Used;
    }

    private sealed record Moment(PageView View, SlabsView Slabs, int[] Blocks, float[][] Expected)
    {
        public void AssertTrue()
        {
            for (var row = 0; row < Blocks.Length; row++)
                Assert.Equal(Expected[row], Blocks[row] == 0 ? [] : Slabs[Blocks[row]].ToArray());
        }
    }
}
