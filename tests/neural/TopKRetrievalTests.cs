namespace Engage.Neural.Tests;

/// <summary>Exact retrieval equals a full sort of all scores, whatever the shapes.</summary>
public sealed class TopKRetrievalTests
{
    [Theory]
    [InlineData(1, 1, 1, 1)]
    [InlineData(3, 2, 5, 7)]
    [InlineData(700, 1, 129, 10)]
    [InlineData(1000, 16, 64, 100)]
    [InlineData(999, 17, 33, 3)]
    [InlineData(3000, 70, 8, 25)]
    [InlineData(50, 64, 64, 100)]
    public void AnswersEqualAFullSort(int items, int users, int dimensions, int k)
    {
        var random = new SeededRandom((ulong)(items + users));
        var vectors = MlpTests.RandomArray(random, items * dimensions, 1);
        var batch = MlpTests.RandomArray(random, users * dimensions, 1);
        var (indices, scores) = (new int[users * k], new float[users * k]);

        new TopKRetrieval().Search(vectors, batch, dimensions, k, indices, scores);

        for (var user = 0; user < users; user++)
            AssertBest(
                AllScores(vectors, batch.AsSpan(user * dimensions, dimensions), dimensions),
                indices.AsSpan(user * k, k), scores.AsSpan(user * k, k));
    }

    [Fact]
    public void OfEqualScoresTheLowerIndexWins()
    {
        // Whole numbers make the sums exact, and few of them make many ties.
        var random = new SeededRandom(9);
        float[] vectors = [.. Enumerable.Range(0, 5000 * 4).Select(_ => (float)(random.Next(5) - 2))];
        float[] users = [1, 0, -1, 2, 0, 0, 0, 0];
        var (indices, scores) = (new int[2 * 50], new float[2 * 50]);

        new TopKRetrieval().Search(vectors, users, 4, 50, indices, scores);

        var expected = AllScores(vectors, users.AsSpan(0, 4), 4)
            .Select((score, item) => (score, item)).OrderByDescending(pair => pair.score).ThenBy(pair => pair.item)
            .Take(50).Select(pair => pair.item);
        Assert.Equal(expected, indices[..50]);
        // All scores of the second user are 0, or -0, which is no less.
        Assert.Equal(Enumerable.Range(0, 50), indices[50..]);
    }

    [Fact]
    public void PagesAreSearchedLikeOneBlockAndAUserAloneLikeInABatch()
    {
        var random = new SeededRandom(10);
        var (vectors, users) = (MlpTests.RandomArray(random, 333 * 9, 1), MlpTests.RandomArray(random, 5 * 9, 1));
        var table = new PagedTable<float>(9, pageShift: 3);
        table.GrowTo(333);
        for (var row = 0; row < 333; row++)
            vectors.AsSpan(row * 9, 9).CopyTo(table.Writable(row));
        var retrieval = new TopKRetrieval();
        var (whole, paged, alone) = (new int[5 * 20], new int[5 * 20], new int[20]);
        var (wholeScores, pagedScores, aloneScores) = (new float[5 * 20], new float[5 * 20], new float[20]);

        retrieval.Search(vectors, users, 9, 20, whole, wholeScores);
        retrieval.Search(table.Freeze(), users, 20, paged, pagedScores);
        retrieval.Search(vectors, users.AsSpan(4 * 9, 9), 9, 20, alone, aloneScores);

        Assert.Equal(whole, paged);
        Assert.Equal(wholeScores, pagedScores);
        Assert.Equal(whole[(4 * 20)..], alone);
        Assert.Equal(wholeScores[(4 * 20)..], aloneScores);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(9)]
    [InlineData(10)]
    [InlineData(11)]
    [InlineData(40)]
    [InlineData(70)]
    public void AUserHasTheSameBitsInAnyCompany(int users)
    {
        const int dimensions = 76, items = 1_003, k = 12;
        var random = new SeededRandom(12);
        var (vectors, batch) = (
            MlpTests.RandomArray(random, items * dimensions, 1), MlpTests.RandomArray(random, 70 * dimensions, 1));
        var (all, some) = ((new int[70 * k], new float[70 * k]), (new int[users * k], new float[users * k]));

        new TopKRetrieval().Search(vectors, batch, dimensions, k, all.Item1, all.Item2);
        new TopKRetrieval().Search(
            vectors, batch.AsSpan(0, users * dimensions), dimensions, k, some.Item1, some.Item2);

        Assert.Equal(all.Item1[..(users * k)], some.Item1);
        Assert.Equal(all.Item2[..(users * k)], some.Item2);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(33)]
    public void WhatAFilterRefusesIsPassedOver(int users)
    {
        const int items = 400;
        var random = new SeededRandom(13);
        var (vectors, batch) = (MlpTests.RandomArray(random, items * 8, 1), MlpTests.RandomArray(random, users * 8, 1));
        var table = new PagedTable<float>(8, pageShift: 2);
        table.GrowTo(items);
        for (var row = 0; row < items; row++)
            vectors.AsSpan(row * 8, 8).CopyTo(table.Writable(row));
        var (indices, scores) = (new int[users * 6], new float[users * 6]);
        var (every, everyScore) = (new int[users * items], new float[users * items]);

        new TopKRetrieval().Search(table.Freeze(), batch, 6, new EveryThirdOfItsOwn(), indices, scores);
        new TopKRetrieval().Search(table.Freeze(), batch, items, every, everyScore);

        for (var user = 0; user < users; user++)
            Assert.Equal(
                every.Skip(user * items).Take(items).Where(item => item % 3 == user % 3).Take(6),
                indices.Skip(user * 6).Take(6));
    }

    [Fact]
    public void KeysSortByScoreAndThenByItemWithNaNBelowAll()
    {
        (float Score, int Item)[] sorted =
        [
            (float.NaN, 4), (float.NegativeInfinity, 0), (-2, 1), (-1, int.MaxValue), (0, 9), (-0f, 8), (0, 7),
            (1e-30f, 3), (5, 3), (5, 2), (float.PositiveInfinity, 1),
        ];

        var keys = Array.ConvertAll(sorted, entry => ScoreKeys.Of(entry.Score, entry.Item));

        Assert.Equal(keys.Order(), keys);
        Assert.Equal(sorted.Select(entry => entry.Item), keys.Select(ScoreKeys.ItemOf));
        Assert.Equal(sorted.Select(entry => entry.Score), keys.Select(ScoreKeys.ScoreOf));
    }

    private readonly struct EveryThirdOfItsOwn : ICandidateFilter
    {
        public bool Admits(int user, int item) => item % 3 == user % 3;
    }

    [Fact]
    public void ScoresThatAreNoNumbersAreLeftOutAndMissingPlacesAreMarked()
    {
        float[] vectors = [1, float.NaN, 3, float.NegativeInfinity, float.PositiveInfinity];
        var (indices, scores) = (new int[4], new float[4]);

        new TopKRetrieval().Search(vectors, [1], 1, 4, indices, scores);

        Assert.Equal([4, 2, 0, -1], indices);
        Assert.Equal([float.PositiveInfinity, 3, 1, float.NegativeInfinity], scores);
    }

    [Fact]
    public void AWarmSearchAllocatesNothing()
    {
        var random = new SeededRandom(11);
        var (vectors, users) = (MlpTests.RandomArray(random, 2000 * 16, 1), MlpTests.RandomArray(random, 20 * 16, 1));
        var retrieval = new TopKRetrieval();
        var (indices, scores) = (new int[20 * 30], new float[20 * 30]);

        // The runtime itself may allocate when it replaces a method by a faster one; a search's own bytes come always.
        Assert.Equal(0, Enumerable.Range(0, 10).Select(_ => Search()).Min());

        long Search()
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            retrieval.Search(vectors, users, 16, 30, indices, scores);
            return GC.GetAllocatedBytesForCurrentThread() - before;
        }
    }

    [Theory]
    [InlineData(7, 8, 4)]
    [InlineData(8, 7, 4)]
    [InlineData(8, 8, 3)]
    public void ShapesThatDisagreeAreRefused(int items, int users, int answers) =>
        Assert.Throws<ArgumentException>(() => new TopKRetrieval().Search(
            new float[items], new float[users], 4, 2, new int[answers], new float[answers]));

    [Theory]
    [InlineData(1, 1)]
    [InlineData(13, 5)]
    [InlineData(300, 100)]
    [InlineData(300, 299)]
    [InlineData(4000, 7)]
    public void SelectionMovesTheGreatestKeysToTheFront(int length, int count)
    {
        var random = new SeededRandom((ulong)length);
        // Ascending, descending and random runs, for partitioning must not depend on the order.
        ulong[][] inputs = [
            [.. Enumerable.Range(0, length).Select(i => (ulong)i)],
            [.. Enumerable.Range(0, length).Select(i => (ulong)(length - i))],
            [.. Enumerable.Range(0, length).Select(_ => random.NextUInt64())]];
        foreach (var keys in inputs)
        {
            var expected = keys.OrderDescending().Take(count).Order().ToArray();

            KeySelection.MoveGreatestFirst(keys, count);

            Assert.Equal(expected, keys.Take(count).Order());
        }
    }

    private static float[] AllScores(float[] vectors, ReadOnlySpan<float> user, int dimensions)
    {
        var scores = new float[vectors.Length / dimensions];
        for (var item = 0; item < scores.Length; item++)
            scores[item] = VectorKernels.DotScalar(vectors.AsSpan(item * dimensions, dimensions), user);
        return scores;
    }

    /// <summary>Scores differ from the reference in the last bits, so places are compared by their scores.</summary>
    private static void AssertBest(float[] all, ReadOnlySpan<int> indices, ReadOnlySpan<float> scores)
    {
        var best = all.OrderDescending().ToArray();
        for (var place = 0; place < indices.Length; place++)
        {
            if (place >= all.Length)
            {
                Assert.Equal((-1, float.NegativeInfinity), (indices[place], scores[place]));
                continue;
            }

            Assert.Equal(best[place], scores[place], 1e-4f);
            Assert.Equal(all[indices[place]], scores[place], 1e-4f);
        }

        var found = indices.ToArray().Where(item => item >= 0).ToArray();
        Assert.Equal(found.Length, found.Distinct().Count());
    }
}
