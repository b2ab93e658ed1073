namespace Engage.Neural.Tests;

public sealed class PageClockTests
{
    private const int Rows = 64;

    [Fact]
    public void HeldViewsNeverChangeWhateverIsReleasedAroundThem()
    {
        var (random, clock) = (new SeededRandom(5), new PageClock());
        var table = new PagedTable<long>(3, 2, clock);
        table.GrowTo(Rows);
        var truth = new long[Rows * 3];
        var held = new List<(PageView View, PagedRows<long> Rows, long[] Expected)>();

        for (var step = 1L; step <= 5_000; step++)
        {
            for (var write = random.Next(20); write >= 0; write--)
            {
                var row = random.Next(Rows);
                table.Writable(row).Fill(step);
                truth.AsSpan(row * 3, 3).Fill(step);
            }

            held.Add((clock.Begin(), table.Freeze(), (long[])truth.Clone()));
            while (held.Count > 0 && (held.Count > 20 || random.Next(3) > 0))
            {
                var at = random.Next(held.Count);
                Assert.Equal(held[at].Expected, held[at].Rows.ToArray());
                held[at].View.Release();
                held.RemoveAt(at);
            }
        }

        Assert.All(held, view => Assert.Equal(view.Expected, view.Rows.ToArray()));
    }

    [Fact]
    public void PagesOfReleasedViewsAreWrittenAgain()
    {
        Assert.InRange(AllocatedPerStep(release: true), 0, 200);
        Assert.True(AllocatedPerStep(release: false) > 15_000);
    }

    /// <summary>As one does while a model is written.</summary>
    [Fact]
    public void AViewThatIsHeldWhileManyComeAndGoStopsThatOnlyForSoLong() =>
        Assert.InRange(AllocatedPerStep(release: true, withHeld: true), 0, 200);

    [Fact]
    public void AViewReleasedByAllIsNotHeldAgainOnceItsPagesMayBeInUse()
    {
        var clock = new PageClock();
        var view = clock.Begin();
        var heldByTwo = view.TryHold();
        view.Release();
        view.Release();

        clock.Begin();

        Assert.True(heldByTwo);
        Assert.False(view.TryHold());
    }

    private static long AllocatedPerStep(bool release, bool withHeld = false)
    {
        const int steps = 200;
        var clock = new PageClock();
        var table = new PagedTable<long>(32, 2, clock);
        table.GrowTo(Rows);
        PageView? last = null;
        var held = withHeld ? clock.Begin() : null;
        for (var step = 0; step < 100; step++)
            Step();
        held?.Release();
        for (var step = 0; step < 5; step++)
            Step();
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var step = 0; step < steps; step++)
            Step();
        return (GC.GetAllocatedBytesForCurrentThread() - before) / steps;

        void Step()
        {
            for (var row = 0; row < Rows; row++)
                table.Writable(row)[0]++;
            var view = clock.Begin();
            table.Freeze();
            if (release)
                last?.Release();
            last = view;
        }
    }
}
