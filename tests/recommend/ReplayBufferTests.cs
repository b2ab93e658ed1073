using Engage.Neural;

namespace Engage.Recommend.Tests;

public sealed class ReplayBufferTests
{
    private const int Width = 3;

    [Fact]
    public void AFullBufferKeepsTheNewest()
    {
        var buffer = new ReplayBuffer(4, Width);

        for (var i = 0; i < 11; i++)
            Add(buffer, i);

        Assert.Equal(4, buffer.Count);
        Assert.Equal([7, 8, 9, 10], Drawn(buffer));
    }

    [Fact]
    public void EachIsDrawnAboutAsOften()
    {
        var (buffer, random, counts) = (new ReplayBuffer(8, Width), new SeededRandom(3), new int[8]);
        for (var i = 0; i < 8; i++)
            Add(buffer, i);

        for (var i = 0; i < 8_000; i++)
            counts[(int)buffer.Draw(random, new float[Width]).Weight]++;

        Assert.All(counts, count => Assert.InRange(count, 850, 1_150));
    }

    [Fact]
    public void WhoIsForgottenLeavesAndTheOthersKeepTheirRows()
    {
        var buffer = new ReplayBuffer(6, Width);
        for (var i = 0; i < 9; i++)
            Add(buffer, i);

        buffer.Forget(0);
        buffer.Forget(5);
        Add(buffer, 21);

        Assert.Equal([3, 4, 6, 7, 8, 21], Drawn(buffer));
    }

    [Fact]
    public void ASavedBufferGoesOnAndOneFromBeforeIsEmpty()
    {
        var (buffer, fromMs) = (new ReplayBuffer(4, Width), 77L);
        for (var i = 0; i < 6; i++)
            Add(buffer, i);
        var (saved, none) = (ModelState.ToSave(), ModelState.ToSave());
        buffer.Carry(saved, ref fromMs);

        var (loaded, old, loadedMs, oldMs) = (new ReplayBuffer(4, Width), new ReplayBuffer(4, Width), 0L, 5L);
        loaded.Carry(ModelState.ToLoad(new MemoryStream(saved.ToBytes())), ref loadedMs);
        old.Carry(ModelState.ToLoad(new MemoryStream(none.ToBytes())), ref oldMs);
        foreach (var one in (ReplayBuffer[])[buffer, loaded])
            Add(one, 30);

        Assert.Equal((77L, 5L, 0), (loadedMs, oldMs, old.Count));
        Assert.Equal(Drawn(buffer), Drawn(loaded));
    }

    [Fact]
    public void ASavedBufferOfOtherSizesIsRefused()
    {
        var (buffer, fromMs) = (new ReplayBuffer(4, Width), 0L);
        for (var i = 0; i < 4; i++)
            Add(buffer, i);
        var state = ModelState.ToSave();
        buffer.Carry(state, ref fromMs);
        var bytes = state.ToBytes();

        foreach (var (max, width) in ((int, int)[])[(3, Width), (4, Width + 1)])
            Assert.Throws<InvalidDataException>(() =>
                new ReplayBuffer(max, width).Carry(ModelState.ToLoad(new MemoryStream(bytes)), ref fromMs));
    }

    /// <summary>Number, weight and features are the same, so that none can be mixed up with another.</summary>
    private static void Add(ReplayBuffer buffer, int number) =>
        buffer.Add(new((uint)(number % 10), number, number % 2 == 0), [number, number + 0.5f, -number]);

    private static int[] Drawn(ReplayBuffer buffer)
    {
        var (random, found, row) = (new SeededRandom(1), new SortedSet<int>(), new float[Width]);
        for (var i = 0; i < 200; i++)
        {
            var example = buffer.Draw(random, row);
            Assert.Equal([example.Weight, example.Weight + 0.5f, -example.Weight], row);
            Assert.Equal((int)example.Weight % 2 == 0, example.Engaged);
            found.Add((int)example.Weight);
        }

        return [.. found];
    }
}
