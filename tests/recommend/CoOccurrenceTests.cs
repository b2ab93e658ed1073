using Engage.Neural;

namespace Engage.Recommend.Tests;

public sealed class CoOccurrenceTests
{
    private const int Items = 23;

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(23)]
    [InlineData(1000)]
    public void TiesAreSavedAndLoadedInBlocksOfAnySize(int itemsPerTensor)
    {
        var saved = Tied(itemsPerTensor);
        var saving = ModelState.ToSave();
        saved.Carry(saving);
        using var stream = new MemoryStream();
        saving.Write(stream);
        stream.Position = 0;

        // The saved model says how large its blocks are, whatever the reader's would be.
        var loaded = new CoOccurrence(new RecommenderOptions());
        loaded.Carry(ModelState.ToLoad(stream));

        for (var item = 0; item < Items; item++)
            AssertSame(saved.Live.Of(item), loaded.Live.Of(item));
        Assert.Equal(saved.Live.FreshScale, loaded.Live.FreshScale);
    }

    [Fact]
    public void ATensorOfFullItemsFitsAnArrayWhateverTheNeighbours()
    {
        Assert.Equal(16_384, TieBlock.ItemsPerTensor(512));
        foreach (var neighbours in (int[])[1, 512, 100_000, 1 << 23])
            Assert.InRange(
                (long)TieBlock.ItemsPerTensor(neighbours) * neighbours * Neighbours.Kinds * sizeof(float), 1, 1 << 27);
    }

    /// <summary>Against a full copy of each moment, with as many events as fill items and drop their weakest, while
    /// views are held for any time.</summary>
    [Theory]
    [InlineData(512, true)]
    [InlineData(9, true)]
    [InlineData(1, true)]
    [InlineData(9, false)]
    public void ViewsShowTheTiesOfTheirMomentWhateverIsLearnedMeanwhile(int neighboursMax, bool release)
    {
        const int items = 60;
        var options = new RecommenderOptions { NeighboursMax = neighboursMax, FreshTieHalfLifeEvents = 4 };
        var (random, pages) = (new SeededRandom(5), new PageClock());
        var (shared, copied) = (new CoOccurrence(options, pages: pages), new CoOccurrence(options));
        shared.GrowTo(items);
        copied.GrowTo(items);
        var held = new List<(PageView Page, CoOccurrenceView View, CoOccurrence Expected)>();

        for (var step = 0; step < 600; step++)
        {
            int[] recent = [.. Enumerable.Range(0, random.Next(12)).Select(_ => random.Next(items))];
            int[] back = [.. Enumerable.Range(0, recent.Length).Reverse()];
            var item = random.Next(items);
            shared.Add(recent, back, item);
            copied.Add(recent, back, item);
            if (step % 5 == 0)
                held.Add((pages.Begin(), shared.Freeze(), Copy(copied, options)));
            while (release && (held.Count > 10 || (held.Count > 0 && random.Next(6) == 0)))
            {
                var at = random.Next(held.Count);
                AssertSame(held[at].Expected.Live, held[at].View, items);
                held[at].Page.Release();
                held.RemoveAt(at);
            }
        }

        foreach (var (_, view, expected) in held)
            AssertSame(expected.Live, view, items);
    }

    [Theory]
    [InlineData(true, 6)]
    [InlineData(false, 12)]
    public void TiesInMemoryAreBoundedWhetherViewsAreReleasedOrNot(bool release, int timesMax)
    {
        const int items = 400;
        var (random, pages) = (new SeededRandom(9), new PageClock());
        var ties = new CoOccurrence(new RecommenderOptions(), pages: pages);
        ties.GrowTo(items);
        PageView? last = null;

        for (var step = 0; step < 6_000; step++)
        {
            int[] recent = [.. Enumerable.Range(0, 32).Select(_ => random.Next(items))];
            ties.Add(recent, [.. Enumerable.Range(0, 32).Reverse()], random.Next(items));
            var page = pages.Begin();
            ties.Freeze();
            if (release)
                last?.Release();
            last = page;
        }

        var (used, heldFloats) = ties.Floats;
        Assert.InRange((double)heldFloats / used, 1, timesMax);
    }

    [Fact]
    public void MoreNeighboursThanTheOptionsAllowAreNotLoaded()
    {
        var saving = ModelState.ToSave();
        Tied(7).Carry(saving);
        using var stream = new MemoryStream();
        saving.Write(stream);
        stream.Position = 0;

        var loaded = new CoOccurrence(new RecommenderOptions { NeighboursMax = 2 });

        Assert.Throws<InvalidDataException>(() => loaded.Carry(ModelState.ToLoad(stream)));
    }

    // Some items are tied, each to a different number of others; every third has no ties at all.
    private static CoOccurrence Tied(int itemsPerTensor)
    {
        var ties = new CoOccurrence(new RecommenderOptions(), itemsPerTensor);
        ties.GrowTo(Items);
        for (var item = 0; item < Items; item++)
            if (item % 3 != 0)
                for (var other = 1; other < item; other++)
                    if (other % 3 != 0)
                        ties.Add([other], [other % 4], item);
        return ties;
    }

    private static CoOccurrence Copy(CoOccurrence ties, RecommenderOptions options)
    {
        var saving = ModelState.ToSave();
        ties.Carry(saving);
        using var stream = new MemoryStream();
        saving.Write(stream);
        stream.Position = 0;
        var copy = new CoOccurrence(options);
        copy.Carry(ModelState.ToLoad(stream));
        return copy;
    }

    private static void AssertSame(CoOccurrenceView expected, CoOccurrenceView actual, int items)
    {
        Assert.Equal(expected.FreshScale, actual.FreshScale);
        for (var item = 0; item < items; item++)
            AssertSame(expected.Of(item), actual.Of(item));
    }

    private static void AssertSame(Neighbours expected, Neighbours actual)
    {
        Assert.Equal(expected.Ids, actual.Ids);
        Assert.Equal(expected.Weights, actual.Weights);
        if (expected.Count > 0)
            Assert.Equal(expected.Totals, actual.Totals);
    }
}
