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

    private static void AssertSame(Neighbours expected, Neighbours actual)
    {
        Assert.Equal(expected.Ids, actual.Ids);
        Assert.Equal(expected.Weights, actual.Weights);
        if (expected.Count > 0)
            Assert.Equal(expected.Totals, actual.Totals);
    }
}
