using System.Runtime.Intrinsics;

namespace Engage.Neural.Tests;

/// <summary>Matrix products at each width that the machine has, at shapes that straddle every tile.</summary>
public sealed unsafe class MatrixTileTests
{
    private static readonly int[] Rows = [1, 2, 4, 5, 6, 8, 13];
    private static readonly int[] Depths = [1, 7, 128, 129, 300];
    private static readonly int[] Columns = [1, 3, 4, 8, 15, 16, 17, 32, 63, 64, 71, 128, 200];

    [Theory]
    [InlineData(0)]
    [InlineData(float.NegativeInfinity)]
    public void AffineEqualsTheScalarReference(float floor)
    {
        var random = new SeededRandom(17);
        foreach (var rows in Rows)
            foreach (var depth in Depths)
                foreach (var columns in Columns)
                {
                    var (a, b) = (Some(random, rows * depth), Some(random, depth * columns));
                    var bias = Some(random, columns);
                    var (c, expected) = (new float[rows * columns], Repeat(bias, rows));

                    MatrixKernels.Affine(a, b, bias, c, rows, depth, columns, floor);
                    MatrixKernels.MultiplyAddScalar(a, depth, 1, b, expected, rows, depth, columns);

                    for (var i = 0; i < c.Length; i++)
                        Assert.True(
                            MathF.Abs(MathF.Max(floor, expected[i]) - c[i]) < 1e-5f * depth,
                            $"{rows} x {depth} x {columns} [{i}]: expected {expected[i]} above {floor}, got {c[i]}");
                }
    }

    [Fact]
    public void EveryWidthGivesTheSameBits()
    {
        var random = new SeededRandom(18);
        foreach (var rows in Rows)
            foreach (var columns in Columns)
            {
                var (a, b, start) = (Some(random, rows * 50), Some(random, 50 * columns), Some(random, columns));

                var single = Product<Lanes1, float>(a, b, start, rows, 50, columns);

                Assert.Equal(single, Product<Lanes128, Vector128<float>>(a, b, start, rows, 50, columns));
                Assert.Equal(single, Product<Lanes256, Vector256<float>>(a, b, start, rows, 50, columns));
                Assert.Equal(single, Product<Lanes512, Vector512<float>>(a, b, start, rows, 50, columns));
            }
    }

    [Fact]
    public void NaNPassesARectifier()
    {
        float[] a = [.. Enumerable.Repeat(1f, 8)];
        a[5] = float.NaN;
        var c = new float[8 * 40];

        MatrixKernels.Affine(a, [.. Enumerable.Repeat(-1f, 40)], new float[40], c, 8, 1, 40, floor: 0);

        Assert.All(c[..(5 * 40)], value => Assert.Equal(0, value));
        Assert.All(c[(5 * 40)..(6 * 40)], value => Assert.Equal(float.NaN, value));
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(8, 8)]
    [InlineData(9, 17)]
    [InlineData(24, 16)]
    [InlineData(7, 30)]
    public void TransposeExchangesRowsAndColumns(int rows, int columns)
    {
        float[] from = [.. Enumerable.Range(0, rows * columns)];
        var to = new float[from.Length];

        MatrixKernels.Transpose(from, to, rows, columns);

        for (var r = 0; r < rows; r++)
            for (var c = 0; c < columns; c++)
                Assert.Equal(from[(r * columns) + c], to[(c * rows) + r]);
    }

    [Fact]
    public void ColumnSumsAreAdded()
    {
        var (b, c) = (Some(new(4), 9 * 37), Repeat([1], 37));

        MatrixKernels.AddColumnSums(b, c, 9);

        for (var n = 0; n < 37; n++)
            Assert.Equal(1 + Enumerable.Range(0, 9).Sum(r => b[(r * 37) + n]), c[n], 1e-5f);
    }

    [Fact]
    public void SumsAlongRowsAreEqualAtEveryWidthAndForAnyNumberOfRows()
    {
        var random = new SeededRandom(19);
        foreach (var depth in (int[])[1, 4, 15, 16, 31, 64, 87])
        {
            var (rows, x) = (Some(random, 7 * depth), Some(random, depth));
            var expected = Enumerable.Range(0, 7)
                .Select(r => VectorKernels.DotScalar(rows.AsSpan(r * depth, depth), x)).ToArray();

            foreach (var sums in (float[][])[
                Sums<Lanes1, float>(rows, x), Sums<Lanes128, Vector128<float>>(rows, x),
                Sums<Lanes256, Vector256<float>>(rows, x), Sums<Lanes512, Vector512<float>>(rows, x)])
                for (var r = 0; r < 7; r++)
                    Assert.Equal(expected[r], sums[r], 1e-4f);
            var (all, alone) = (new float[7], new float[1]);
            VectorKernels.DotRows(rows, x, all);
            VectorKernels.DotRows(rows.AsSpan(0, depth), x, alone);
            Assert.Equal(all[0], alone[0]);
        }
    }

    [Fact]
    public void FourSumsAtOnceHaveTheBitsOfEach()
    {
        FourSums<Lanes1, float>();
        FourSums<Lanes128, Vector128<float>>();
        if (Lanes256.IsSupported)
            FourSums<Lanes256, Vector256<float>>();
        if (Lanes512.IsSupported)
            FourSums<Lanes512, Vector512<float>>();
    }

    private static void FourSums<TLanes, V>()
        where TLanes : struct, ILanes<V>
        where V : struct
    {
        var random = new SeededRandom(29);
        for (var round = 0; round < 50; round++)
        {
            var lanes = Some(random, 4 * TLanes.Count);
            fixed (float* p = lanes)
            {
                V a = TLanes.Load(p), b = TLanes.Load(p + TLanes.Count);
                V c = TLanes.Load(p + (2 * TLanes.Count)), d = TLanes.Load(p + (3 * TLanes.Count));

                var sums = TLanes.Sums(a, b, c, d);

                Assert.Equal(Vector128.Create(TLanes.Sum(a), TLanes.Sum(b), TLanes.Sum(c), TLanes.Sum(d)), sums);
            }
        }
    }

    private static float[] Sums<TLanes, V>(float[] rows, float[] x)
        where TLanes : struct, ILanes<V>
        where V : struct
    {
        var y = new float[rows.Length / x.Length];
        fixed (float* pr = rows, px = x, py = y)
        {
            var done = DotTiles.AddRows<TLanes, V>(pr, x.Length, px, py, y.Length, 0, x.Length);
            DotTiles.AddRows<Lanes1, float>(pr, x.Length, px, py, y.Length, done, x.Length);
        }

        return y;
    }

    /// <summary>A product by one width and single floats for the remaining columns.</summary>
    private static float[] Product<TLanes, V>(float[] a, float[] b, float[] start, int rows, int depth, int columns)
        where TLanes : struct, ILanes<V>
        where V : struct
    {
        var c = new float[rows * columns];
        fixed (float* pa = a, pb = b, ps = start, pc = c)
        {
            var product = new MatrixProduct
            {
                A = pa, RowStride = depth, ColumnStride = 1, B = pb, BStride = columns, C = pc, CStride = columns,
                Start = ps, Floor = float.NegativeInfinity, Rows = rows, Depth = depth, Columns = columns,
            };
            MatrixTiles.Columns<Lanes1, float>(in product, MatrixTiles.Columns<TLanes, V>(in product, 0));
        }

        return c;
    }

    private static float[] Some(SeededRandom random, int length) => MlpTests.RandomArray(random, length, 1);

    private static float[] Repeat(float[] row, int times) => [.. Enumerable.Repeat(row, times).SelectMany(r => r)];
}
