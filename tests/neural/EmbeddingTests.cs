namespace Engage.Neural.Tests;

public sealed class EmbeddingTests
{
    private static readonly GrowingEmbeddingOptions _small = new(4, AdmitAfter: 3, ExpireAfter: 50, RowsMax: 8, 64);

    [Fact]
    public void HashedIdsStayApartAndAStepMovesOnlyItsOwn()
    {
        var embedding = new HashedEmbedding(1000, 8, new SeededRandom(1));
        var before = Vector(embedding.Live, 17);
        var other = Vector(embedding.Live, 18);
        var frozen = embedding.Freeze();

        embedding.Step(17, [1, 1, 1, 1, 1, 1, 1, 1], 1, 0.1f);

        Assert.NotEqual(before, other);
        Assert.All(Vector(embedding.Live, 17).Zip(before), pair => Assert.True(pair.First < pair.Second));
        Assert.Equal(other, Vector(embedding.Live, 18));
        Assert.Equal(before, Vector(frozen, 17));
    }

    [Fact]
    public void TwoHashedIdsAreLearnedApartThoughThereAreFewRows()
    {
        var embedding = new HashedEmbedding(200, 1, new SeededRandom(1));
        for (var round = 0; round < 400; round++)
            for (ulong id = 0; id < 60; id++)
            {
                var error = Vector(embedding.Live, id)[0] - Target(id);
                embedding.Step(id, [error], 1, 0.1f);
            }

        for (ulong id = 0; id < 60; id++)
            Assert.True(Vector(embedding.Live, id)[0] * Target(id) > 0, $"id {id} was taken for another");

        static float Target(ulong id) => id % 3 == 0 ? 1 : -1;
    }

    [Fact]
    public void AnIdGetsARowOnlyAfterItWasSeenOften()
    {
        var embedding = new GrowingEmbedding(_small, 1);

        bool[] seen = [embedding.See(5), embedding.See(5), embedding.See(5), embedding.See(5)];

        Assert.Equal([false, false, true, true], seen);
        Assert.Equal(1, embedding.Count);
    }

    [Fact]
    public void RareIdsShareTheColdRowAndNewRowsBeginThere()
    {
        var embedding = new GrowingEmbedding(_small, 1);
        embedding.See(1);
        embedding.Step(1, [-5, -5, -5, -5], 1, 1);
        Assert.Equal(embedding.Live[1].ToArray(), embedding.Live[2].ToArray());

        for (var i = 0; i < 3; i++) embedding.See(9);
        var born = embedding.Live[9].ToArray();
        embedding.Step(9, [-5, -5, -5, -5], 1, 1);

        Assert.All(born.Zip(embedding.Live[1].ToArray()), pair => Assert.Equal(pair.First, pair.Second, 0.1f));
        Assert.True(embedding.Live[9][0] > embedding.Live[1][0] + 0.5f);
    }

    [Fact]
    public void StaleRowsAreRecycledAndLivingOnesAreNot()
    {
        var embedding = new GrowingEmbedding(_small, 1);
        var held = 0;
        // Id 1 is always there; of the others eight are at a time, and then never again.
        for (ulong wave = 0; wave < 20; wave++)
            for (var round = 0; round < 30; round++)
            {
                embedding.See(1);
                for (ulong i = 0; i < 4; i++)
                    embedding.See(100 + (10 * wave) + i);
                held = Math.Max(held, embedding.RowsHeld);
            }

        Assert.True(embedding.See(1));
        Assert.True(embedding.See(100 + 190));
        Assert.NotEqual(embedding.Live[777].ToArray(), embedding.Live[100 + 190].ToArray());
        Assert.Equal(embedding.Live[777].ToArray(), embedding.Live[100].ToArray());
        Assert.Equal(9, held);
    }

    [Fact]
    public void AFullTableGoesOnWithTheColdRow()
    {
        var embedding = new GrowingEmbedding(_small with { ExpireAfter = long.MaxValue }, 1);

        for (ulong id = 0; id < 100; id++)
            for (var i = 0; i < 3; i++)
                embedding.See(id);

        Assert.Equal(8, embedding.Count);
        Assert.False(embedding.See(99));
    }

    [Fact]
    public void AFrozenViewDoesNotChange()
    {
        var embedding = new GrowingEmbedding(_small, 1);
        for (var i = 0; i < 3; i++) embedding.See(9);
        var frozen = embedding.Freeze();
        var before = frozen[9].ToArray();

        embedding.Step(9, [1, 1, 1, 1], 1, 1);
        for (ulong id = 10; id < 90; id++)
            for (var i = 0; i < 3; i++)
                embedding.See(id);

        Assert.Equal(before, frozen[9].ToArray());
        Assert.NotEqual(before, embedding.Live[9].ToArray());
    }

    [Fact]
    public void ASavedEmbeddingGoesOnExactly()
    {
        var (one, random) = (new GrowingEmbedding(_small, 1), new SeededRandom(5));
        Play(one, random, 3000);
        var loaded = new GrowingEmbedding(_small, 99);

        loaded.Load(one.Save());
        Play(one, new SeededRandom(6), 3000);
        Play(loaded, new SeededRandom(6), 3000);

        var (a, b) = (one.Save(), loaded.Save());
        Assert.Equal(a.Rows, b.Rows);
        Assert.Equal(a.Sums, b.Sums);
        Assert.Equal(a.Ids.Ids, b.Ids.Ids);
        Assert.Equal(a.Ids.Free, b.Ids.Free);
        Assert.Equal(a.Sketch, b.Sketch);
        Assert.Throws<InvalidDataException>(() => new GrowingEmbedding(_small with { Width = 5 }, 1).Load(a));
    }

    [Fact]
    public void TheIndexAgreesWithADictionary()
    {
        var (rows, random) = (new IdRows(300, 40), new SeededRandom(11));
        var mine = new Dictionary<ulong, int>();
        for (var step = 0; step < 20_000; step++)
        {
            var id = (ulong)random.Next(500);
            var row = rows.Use(id);
            // What was recycled meanwhile is found out by asking.
            Assert.True(row < 0 || mine[id] == row);
            mine[id] = rows.Give(id);
            foreach (var (other, where) in step % 500 == 0 ? mine.ToArray() : [])
                Assert.True(rows.Live.Find(other) is var found && (found == where || found < 0));
        }

        Assert.InRange(rows.Count, 10, 100);
    }

    [Fact]
    public void ASketchNeverSaysTooLittleAndForgetsInTime()
    {
        var (sketch, truth, random) = (new FrequencySketch(256), new int[600], new SeededRandom(3));
        for (var i = 0; i < 2000; i++)
        {
            var id = random.Next(30) * random.Next(20);
            truth[id]++;
            Assert.InRange(sketch.Add((ulong)id), Math.Min(255, truth[id]), 255);
        }

        var over = Enumerable.Range(0, 600).Count(id => sketch.Estimate((ulong)id) > truth[id] + 20);
        var often = sketch.Estimate(0);
        for (ulong id = 1000; id < 3000; id++)
            sketch.Add(id);

        Assert.True(over < 30, $"{over} of 600 ids are taken for much more frequent ones");
        Assert.True(sketch.Estimate(0) <= often / 2, $"{sketch.Estimate(0)} after {often}");
    }

    private static void Play(GrowingEmbedding embedding, SeededRandom random, int steps)
    {
        for (var step = 0; step < steps; step++)
        {
            var id = (ulong)(random.Next(12) + (step / 100));
            embedding.See(id);
            embedding.Step(id, [random.NextNormal(), 1, -1, 0], 0.5f, 0.1f);
        }
    }

    private static float[] Vector(HashedEmbeddingView view, ulong id)
    {
        var vector = new float[view.Width];
        view.AddTo(vector, id);
        return vector;
    }
}
