using System.Runtime.Intrinsics;

namespace Engage.Neural.Tests;

/// <summary>Retrieval by a quantized copy gives the answer of retrieval without it, whatever the numbers are.</summary>
public sealed class QuantizedRetrievalTests
{
    public static TheoryData<string> Kinds => [.. Enum.GetNames<Numbers>()];

    /// <summary>Of the items' and users' numbers.</summary>
    public enum Numbers
    {
        Normal,
        OfAllMagnitudes,
        NearlyEqual,
        WholeAndFew,
        Zeros,
        Tiny,
        Denormal,
        Huge,
        Broken,
        GreatBiases,
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void TheAnswerIsTheExactOne(string name)
    {
        var kind = Enum.Parse<Numbers>(name);
        for (var seed = 1ul; seed <= 12; seed++)
        {
            var random = new SeededRandom((ulong)name.Length * 1000 + seed);
            var layout = new QuantizedLayout(1 + random.Next(90), random.Next(6));
            var (items, users, k) = (random.Next(2_000), 1 + random.Next(9), 1 + random.Next(40));
            var (rows, copy) = (new PagedTable<float>(layout.Dimensions), new QuantizedTable(layout));
            rows.GrowTo(items);
            copy.GrowTo(items);
            for (var item = 0; item < items; item++)
                Set(rows, copy, item, Row(kind, layout, random));
            var batch = Enumerable.Range(0, users).SelectMany(_ => Row(kind, layout, random)).ToArray();

            AssertSame(rows.Freeze(), copy.Freeze(), batch, k, $"{kind}, seed {seed}");
        }
    }

    [Fact]
    public void ItFollowsWhatChanges()
    {
        var random = new SeededRandom(4);
        var layout = new QuantizedLayout(12, 2);
        var (rows, copy) = (new PagedTable<float>(14), new QuantizedTable(layout));
        for (var round = 0; round < 20; round++)
        {
            var had = rows.Count;
            rows.GrowTo(had + 37);
            copy.GrowTo(had + 37);
            for (var item = had; item < rows.Count; item++)
                Set(rows, copy, item, Row(Numbers.Normal, layout, random));
            for (var i = 0; i < 30; i++)
                Set(rows, copy, random.Next(rows.Count), Row((Numbers)random.Next(10), layout, random));
            var (frozenRows, frozenCopy) = (rows.Freeze(), copy.Freeze());
            for (var i = 0; i < 30; i++)
                Set(rows, copy, random.Next(rows.Count), Row(Numbers.Normal, layout, random));

            var users = Enumerable.Range(0, 5).SelectMany(_ => Row(Numbers.Normal, layout, random)).ToArray();
            AssertSame(rows.Live, copy.Live, users, 7, $"live, round {round}");
            AssertSame(frozenRows, frozenCopy, users, 7, $"frozen, round {round}");
        }
    }

    [Fact]
    public void FewItemsAreAskedOfTheTable()
    {
        // The table holds other numbers than the copy was made of, except in the best hundred: were others asked for,
        // they would be the answer.
        var random = new SeededRandom(5);
        var layout = new QuantizedLayout(64, 0);
        var (rows, copy) = (new PagedTable<float>(64), new QuantizedTable(layout));
        rows.GrowTo(20_000);
        copy.GrowTo(20_000);
        for (var item = 0; item < rows.Count; item++)
            Set(rows, copy, item, Row(Numbers.Normal, layout, random));
        var user = Row(Numbers.Normal, layout, random);
        var (best, scores) = (new int[100], new float[100]);
        new TopKRetrieval().Search(rows.Live, user, 100, best, scores);
        for (var item = 0; item < rows.Count; item++)
            if (!best.Contains(item))
                user.CopyTo(rows.Writable(item));

        var (indices, found) = (new int[10], new float[10]);
        new QuantizedRetrieval().Search(rows.Live, copy.Live, user, 10, indices, found);

        Assert.Equal(best[..10], indices);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void WhatIsBeatenIsNoneOfTheBest(string name)
    {
        var kind = Enum.Parse<Numbers>(name);
        var retrieval = new QuantizedRetrieval();
        for (var seed = 1ul; seed <= 12; seed++)
        {
            var random = new SeededRandom((ulong)name.Length * 2000 + seed);
            var layout = new QuantizedLayout(1 + random.Next(90), random.Next(6));
            var (items, k) = (1 + random.Next(300), 1 + random.Next(20));
            var (rows, copy) = (new PagedTable<float>(layout.Dimensions), new QuantizedTable(layout));
            rows.GrowTo(items);
            copy.GrowTo(items);
            for (var item = 0; item < items; item++)
                Set(rows, copy, item, Row(kind, layout, random));
            var user = Row(kind, layout, random);
            var (best, scores) = (new int[k], new float[k]);
            new TopKRetrieval().Search(rows.Live, user, k, default(NotEveryFifth), best, scores);

            foreach (var item in best)
                Assert.False(item >= 0 && IsBeaten(item), $"{kind}, seed {seed}, item {item}");
            var beaten = Enumerable.Range(0, items).Count(IsBeaten);
            if (kind == Numbers.Normal && layout.Quantized > 8)
                Assert.InRange(beaten, items - (3 * k) - 5, items);

            bool IsBeaten(int item) => retrieval.IsBeaten(copy.Live, user, item, k, default(NotEveryFifth));
        }
    }

    [Fact]
    public void AWarmSearchAllocatesNothing()
    {
        var random = new SeededRandom(11);
        var layout = new QuantizedLayout(30, 3);
        var (rows, copy) = (new PagedTable<float>(33), new QuantizedTable(layout));
        rows.GrowTo(3_000);
        copy.GrowTo(3_000);
        for (var item = 0; item < rows.Count; item++)
            Set(rows, copy, item, Row(Numbers.Normal, layout, random));
        var users = Enumerable.Range(0, 6).SelectMany(_ => Row(Numbers.Normal, layout, random)).ToArray();
        var retrieval = new QuantizedRetrieval();
        var (indices, scores) = (new int[6 * 20], new float[6 * 20]);

        // The runtime itself may allocate when it replaces a method by a faster one; a search's own bytes come always.
        Assert.Equal(0, Enumerable.Range(0, 10).Select(_ => Search()).Min());

        long Search()
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            retrieval.Search(rows.Live, copy.Live, users, 20, indices, scores);
            return GC.GetAllocatedBytesForCurrentThread() - before;
        }
    }

    [Fact]
    public void ASearcherServesTablesOfAnyWidth()
    {
        var random = new SeededRandom(12);
        var retrieval = new QuantizedRetrieval();
        foreach (var width in (ReadOnlySpan<int>)[4, 60, 8])
        {
            var layout = new QuantizedLayout(width, 1);
            var (rows, copy) = (new PagedTable<float>(layout.Dimensions), new QuantizedTable(layout));
            rows.GrowTo(500);
            copy.GrowTo(500);
            for (var item = 0; item < rows.Count; item++)
                Set(rows, copy, item, Row(Numbers.Normal, layout, random));

            AssertSame(rows.Live, copy.Live, Row(Numbers.Normal, layout, random), 10, $"width {width}", retrieval);
        }
    }

    /// <summary>Of items that are all alike everything is a candidate. What was made room for then must not be filled
    /// before the next search drops anything.</summary>
    [Fact]
    public void RoomForManyCandidatesIsNotUsedByTheNextSearch()
    {
        const int k = 4;
        var candidates = new CoarseCandidates();
        candidates.Begin(1, k);
        for (var page = 0; page < 100; page++)
            Take(candidates, page, lower: -1, upper: 1);
        var many = candidates.Finish(0, new int[candidates.LengthOf(0)]);

        candidates.Begin(1, k);
        for (var page = 0; page < 4; page++)
            Take(candidates, page, lower: 1, upper: 1);

        Assert.Equal(100 * QuantizedLayout.RowsPerPage, many);
        Assert.Equal(1, candidates.ThresholdOf(0));
    }

    [Fact]
    public void ResultsOfAnotherLengthAreRefused()
    {
        var (rows, copy) = (new PagedTable<float>(4), new QuantizedTable(new(3, 1)));
        rows.GrowTo(100);
        copy.GrowTo(100);

        foreach (var length in (int[])[3, 5])
            Assert.Throws<ArgumentException>(() => new QuantizedRetrieval().Search(
                rows.Live, copy.Live, new float[8], 2, new int[length], new float[length]));
    }

    [Fact]
    public void ACopyOfAnotherTableIsRefused()
    {
        var (rows, copy) = (new PagedTable<float>(4), new QuantizedTable(new(3, 1)));
        rows.GrowTo(100);
        copy.GrowTo(99);

        var refused = Assert.Throws<ArgumentException>(() => new QuantizedRetrieval().Search(
            rows.Live, copy.Live, new float[4], 1, new int[1], new float[1]));

        Assert.Contains("99", refused.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => copy.Set(0, new float[3]));
        Assert.Throws<ArgumentException>(
            () => new QuantizedRetrieval().IsBeaten(copy.Live, new float[3], 0, 1, default(NotEveryFifth)));
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 3)]
    [InlineData(7, 4)]
    [InlineData(36, 9)]
    public void SumsAreTheSameOnEveryMachine(int pairs, int users)
    {
        var random = new SeededRandom((ulong)pairs);
        sbyte[] items = [.. Enumerable.Range(0, pairs * 32).Select(_ => (sbyte)(random.Next(255) - 127))];
        short[] levels = [.. Enumerable.Range(0, users * pairs * 2).Select(_ => (short)(random.Next(65_535) - 32_767))];
        var expected = new int[users * 16];
        for (var user = 0; user < users; user++)
            for (var item = 0; item < 16; item++)
                for (var d = 0; d < 2 * pairs; d++)
                    expected[(user * 16) + item] +=
                        items[(d / 2 * 32) + (item * 2) + (d % 2)] * levels[(user * 2 * pairs) + d];

        Assert.Equal(expected, Sums<PairLanes1, int>(items, pairs, levels, users));
        if (PairLanes256.IsSupported)
            Assert.Equal(expected, Sums<PairLanes256, Vector256<int>>(items, pairs, levels, users));
        if (PairLanes512.IsSupported)
            Assert.Equal(expected, Sums<PairLanes512, Vector512<int>>(items, pairs, levels, users));
    }

    private static unsafe int[] Sums<TLanes, V>(sbyte[] items, int pairs, short[] levels, int users)
        where TLanes : struct, IPairLanes<V>
        where V : struct
    {
        var sums = new int[users * 16];
        fixed (sbyte* from = items)
        fixed (short* with = levels)
        fixed (int* to = sums)
            QuantizedDots.Run<TLanes, V>(from, pairs, (int*)with, users, to);
        return sums;
    }

    private static void Set(PagedTable<float> rows, QuantizedTable copy, int item, float[] values)
    {
        values.CopyTo(rows.Writable(item));
        copy.Set(item, values);
    }

    /// <summary>Sixteen items with the same bounds.</summary>
    private static unsafe void Take(CoarseCandidates candidates, int page, float lower, float upper)
    {
        var bounds = stackalloc float[2 * QuantizedLayout.RowsPerPage];
        new Span<float>(bounds, QuantizedLayout.RowsPerPage).Fill(lower);
        new Span<float>(bounds + QuantizedLayout.RowsPerPage, QuantizedLayout.RowsPerPage).Fill(upper);
        candidates.Take(
            0, 0xFFFF, bounds, bounds + QuantizedLayout.RowsPerPage, page * QuantizedLayout.RowsPerPage,
            default(EveryItem));
    }

    private static void AssertSame(
        PagedRows<float> rows, QuantizedRows copy, float[] users, int k, string what,
        QuantizedRetrieval? retrieval = null)
    {
        var length = users.Length / rows.Width * k;
        var (expected, expectedScores) = (new int[length], new float[length]);
        var (indices, scores) = (new int[length], new float[length]);

        new TopKRetrieval().Search(rows, users, k, default(NotEveryFifth), expected, expectedScores);
        (retrieval ?? new()).Search(rows, copy, users, k, default(NotEveryFifth), indices, scores);

        Assert.True(expected.SequenceEqual(indices), what);
        Assert.True(expectedScores.SequenceEqual(scores), what);
    }

    private static float[] Row(Numbers kind, QuantizedLayout layout, SeededRandom random)
    {
        var row = new float[layout.Dimensions];
        var magnitude = kind switch
        {
            Numbers.OfAllMagnitudes => MathF.Pow(10, random.Next(24) - 12),
            Numbers.Tiny => 1e-19f,
            Numbers.Denormal => 1e-42f,
            Numbers.Huge => 1e18f,
            _ => 1,
        };
        for (var d = 0; d < row.Length; d++)
            row[d] = kind switch
            {
                Numbers.NearlyEqual => 1 + (1e-6f * random.NextNormal()),
                Numbers.WholeAndFew => random.Next(3) - 1,
                Numbers.Zeros => random.Next(10) == 0 ? random.NextNormal() : 0,
                Numbers.GreatBiases when d >= layout.Quantized => 1e4f * random.NextNormal(),
                _ => magnitude * random.NextNormal(),
            };
        if (kind == Numbers.Zeros && random.Next(2) == 0)
            Array.Clear(row);
        if (kind == Numbers.Broken && random.Next(20) == 0)
            row[random.Next(row.Length)] = random.Next(2) == 0 ? float.NaN : float.PositiveInfinity;
        return row;
    }

    private readonly struct NotEveryFifth : ICandidateFilter
    {
        public bool Admits(int user, int item) => (user + item) % 5 != 0;
    }
}
