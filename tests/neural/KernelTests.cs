using System.Runtime.Intrinsics;

namespace Engage.Neural.Tests;

/// <summary>Vector kernels equal their scalar references at lengths that straddle every vector width.</summary>
public sealed class KernelTests
{
    public static TheoryData<int> Lengths => [0, 1, 3, 4, 7, 8, 9, 15, 16, 17, 31, 32, 33, 63, 64, 65, 127, 130];

    /// <summary>Shapes whose products are 0 or negative in 32 bits: nothing that short may reach unsafe code.</summary>
    public static TheoryData<int, int, int> ShapesThatWrap => new()
    {
        { 65_536, 65_536, 65_536 }, { 65_536, 1, 65_536 }, { 1, 65_536, 65_536 }, { 46_341, 46_341, 46_341 },
        { int.MaxValue, int.MaxValue, int.MaxValue }, { -1, 4, 4 }, { 4, -1, 4 }, { 4, 4, -1 }, { -2, -2, -2 },
    };

    [Theory]
    [MemberData(nameof(ShapesThatWrap))]
    public void AProductRefusesAShapeThatNeedsMoreThanItGets(int rows, int depth, int columns)
    {
        var (a, b, c) = (new float[64], new float[64], new float[64]);

        Assert.Throws<ArgumentException>(() => MatrixKernels.MultiplyAdd(a, depth, 1, b, c, rows, depth, columns));
        Assert.Throws<ArgumentException>(() =>
            MatrixKernels.MultiplyAddScalar(a, depth, 1, b, c, rows, depth, columns));
        Assert.Throws<ArgumentException>(() => MatrixKernels.Affine(a, b, new float[8], c, rows, depth, columns));
    }

    [Theory]
    [InlineData(-1, 1)]
    [InlineData(1, -1)]
    [InlineData(1 << 30, 4)]
    [InlineData(4, 1 << 30)]
    public void AProductRefusesStridesThatLeaveTheMatrix(int rowStride, int columnStride)
    {
        var (a, b, c) = (new float[25], new float[25], new float[25]);

        Assert.Throws<ArgumentException>(() => MatrixKernels.MultiplyAdd(a, rowStride, columnStride, b, c, 5, 5, 5));
    }

    [Theory]
    [InlineData(65_536, 65_536)]
    [InlineData(46_341, 46_341)]
    [InlineData(-1, 3)]
    [InlineData(3, -1)]
    [InlineData(-3, -3)]
    public void ATranspositionRefusesAShapeThatWraps(int rows, int columns)
    {
        var (from, to) = (new float[16], new float[16]);

        Assert.Throws<ArgumentException>(() => MatrixKernels.Transpose(from, to, rows, columns));
    }

    [Theory]
    [InlineData(1 << 30)]
    [InlineData(-1)]
    public void ColumnSumsRefuseANumberOfRowsThatWraps(int rows)
    {
        var (from, to) = (new float[16], new float[4]);

        Assert.Throws<ArgumentException>(() => MatrixKernels.AddColumnSums(from, to, rows));
    }

    [Fact]
    public void DotRowsRefusesABlockWhoseLengthWraps()
    {
        // 65,536 rows of 65,536 are 2^32 floats, which in 32 bits is the length of an empty block.
        var (x, y) = (new float[65_536], new float[65_536]);

        Assert.Throws<ArgumentException>(() => VectorKernels.DotRows([], x, y));
    }

    [Theory]
    [MemberData(nameof(Lengths))]
    public void DotEqualsScalar(int length)
    {
        var random = new SeededRandom((ulong)length);
        var a = MlpTests.RandomArray(random, length, 1);
        var b = MlpTests.RandomArray(random, length, 1);

        Assert.Equal(VectorKernels.DotScalar(a, b), VectorKernels.Dot(a, b), 1e-4f);
    }

    [Theory]
    [MemberData(nameof(Lengths))]
    public void DotRowsEqualsScalarRowByRow(int length)
    {
        var random = new SeededRandom((ulong)length);
        var x = MlpTests.RandomArray(random, length, 1);
        foreach (var count in (int[])[0, 1, 3, 4, 5, 8, 11])
        {
            var rows = MlpTests.RandomArray(random, length * count, 1);
            var y = new float[count];

            VectorKernels.DotRows(rows, x, y);

            for (var r = 0; r < count; r++)
                Assert.Equal(VectorKernels.DotScalar(rows.AsSpan(r * length, length), x), y[r], 1e-4f);
        }
    }

    [Theory]
    [MemberData(nameof(Lengths))]
    public void AddScaledEqualsScalar(int length)
    {
        var random = new SeededRandom((ulong)length);
        var x = MlpTests.RandomArray(random, length, 1);
        var y = MlpTests.RandomArray(random, length, 1);
        var expected = (float[])y.Clone();

        VectorKernels.AddScaledScalar(expected, x, 0.7f);
        VectorKernels.AddScaled(y, x, 0.7f);

        Assert.Equal(expected, y);
    }

    [Fact]
    public void AddScaledHasTheSameBitsAtEachWidth()
    {
        var single = AddScaled<Lanes1, float>();

        Assert.Equal(single, AddScaled<Lanes128, Vector128<float>>());
        Assert.Equal(single, AddScaled<Lanes256, Vector256<float>>());
        Assert.Equal(single, AddScaled<Lanes512, Vector512<float>>());
    }

    private static unsafe float[] AddScaled<TLanes, V>()
        where TLanes : struct, ILanes<V>
        where V : struct
    {
        var random = new SeededRandom(5);
        var (x, y) = (MlpTests.RandomArray(random, 61, 1), MlpTests.RandomArray(random, 61, 1));
        fixed (float* px = x, py = y)
            VectorKernels.AddScaled<Lanes1, float>(
                py, px, VectorKernels.AddScaled<TLanes, V>(py, px, 0, 61, 0.7f), 61, 0.7f);
        return y;
    }

    [Theory]
    [MemberData(nameof(Lengths))]
    public void AdagradEqualsScalar(int length)
    {
        var random = new SeededRandom((ulong)length);
        var gradient = MlpTests.RandomArray(random, length, 1);
        float[] row = new float[length], expected = new float[length];
        float[] sums = [.. Enumerable.Repeat(0.1f, length)], expectedSums = [.. sums];

        Adagrad.Step(row, sums, gradient, 0.5f, 0.2f);
        Adagrad.StepScalar(expected, expectedSums, gradient, 0.5f, 0.2f);

        for (var i = 0; i < length; i++)
            Assert.Equal(expected[i], row[i], 1e-6f);
    }

    [Fact]
    public void MatrixProductEqualsScalarForAllStraddlingShapesAndStrides()
    {
        var random = new SeededRandom(11);
        foreach (var rows in (int[])[1, 3, 4, 5, 9])
            foreach (var depth in (int[])[1, 7, 16])
                foreach (var columns in (int[])[1, 2, 8, 15, 16, 17, 31, 33, 64, 71])
                    foreach (var transposed in (bool[])[false, true])
                    {
                        var a = MlpTests.RandomArray(random, rows * depth, 1);
                        var b = MlpTests.RandomArray(random, depth * columns, 1);
                        var c = MlpTests.RandomArray(random, rows * columns, 1);
                        var expected = (float[])c.Clone();
                        var (rowStride, columnStride) = transposed ? (1, rows) : (depth, 1);

                        MatrixKernels.MultiplyAddScalar(a, rowStride, columnStride, b, expected, rows, depth, columns);
                        MatrixKernels.MultiplyAdd(a, rowStride, columnStride, b, c, rows, depth, columns);

                        for (var i = 0; i < c.Length; i++)
                            Assert.True(
                                MathF.Abs(expected[i] - c[i]) < 1e-4f,
                                $"{rows} x {depth} x {columns}, transposed {transposed}: "
                                + $"[{i}] {expected[i]} != {c[i]}");
                    }
    }

    [Fact]
    public void MatrixProductRefusesShapesThatDisagree()
    {
        Assert.Throws<ArgumentException>(() =>
            MatrixKernels.MultiplyAdd(new float[5], 3, 1, new float[6], new float[4], 2, 3, 2));
    }

    [Theory]
    [InlineData(24, 4, 76)]
    [InlineData(5, 3, 10)]
    [InlineData(7, 1, 7)]
    public void SegmentsAreMultipliedEachForItself(int segment, int segments, int length)
    {
        var random = new SeededRandom(6);
        var (a, b) = (MlpTests.RandomArray(random, length, 1), MlpTests.RandomArray(random, length, 1));
        var into = new float[segments];

        VectorKernels.DotSegments(a, b, segment, into);

        for (var s = 0; s < segments; s++)
        {
            var (from, to) = (s * segment, s == segments - 1 ? length : (s + 1) * segment);
            Assert.Equal(VectorKernels.Dot(a.AsSpan(from..to), b.AsSpan(from..to)), into[s]);
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(69)]
    public void RowsAreStandardizedWithinTheLimit(int width)
    {
        var random = new SeededRandom(7);
        var (rows, mean, inverse) = (
            MlpTests.RandomArray(random, 3 * width, 9), MlpTests.RandomArray(random, width, 1),
            MlpTests.RandomArray(random, width, 1));
        rows[0] = float.NaN;
        var expected = rows.Select((value, i) => Math.Clamp(
            (value - mean[i % width]) * inverse[i % width], -RunningMoments.Limit, RunningMoments.Limit)).ToArray();

        RunningMoments.Standardize(rows, 3, mean, inverse);

        Assert.Equal(expected, rows);
    }

    [Theory]
    [InlineData(1, 5)]
    [InlineData(4, 77)]
    [InlineData(32, 16)]
    public void ColumnsAreNormalizedEachForItself(int rows, int columns)
    {
        var random = new SeededRandom(8);
        var logits = MlpTests.RandomArray(random, rows * columns, 20);
        var all = (float[])logits.Clone();

        Softmax.NormalizeColumns(all, rows, columns);

        for (var n = 0; n < columns; n++)
        {
            float[] own = [.. Enumerable.Range(0, rows).Select(r => logits[(r * columns) + n])];
            var alone = (float[])own.Clone();
            Softmax.Normalize(own);
            Softmax.NormalizeColumns(alone, rows, 1);
            for (var r = 0; r < rows; r++)
            {
                Assert.Equal(own[r], all[(r * columns) + n], 1e-6f);
                Assert.Equal(alone[r], all[(r * columns) + n]);
            }
        }
    }

    [Fact]
    public void FastLogStaysWithinItsBound()
    {
        for (var x = 1e-6f; x < 1e9f; x *= 1.37f)
            Assert.Equal(MathF.Log(x), FastMath.Log(x), 1e-4f);
    }

    [Fact]
    public void LogQCorrectionMakesTheExpectationOfDrawsEqualTheFullSum()
    {
        // Items drawn with probability q count exp(logit) / (draws * q) each: the expectation of a full softmax's sum.
        var random = new SeededRandom(5);
        float[] logits = [0.1f, 1.2f, -0.5f, 0.7f];
        float[] q = [0.1f, 0.2f, 0.3f, 0.4f];
        var sum = 0.0;
        const int draws = 200_000;

        for (var n = 0; n < draws; n++)
        {
            var u = random.NextSingle();
            var item = u < 0.1f ? 0 : u < 0.3f ? 1 : u < 0.6f ? 2 : 3;
            sum += Math.Exp(Softmax.Corrected(logits[item], q[item], draws));
        }

        Assert.Equal(logits.Sum(logit => Math.Exp(logit)), sum, 0.05);
    }

    [Fact]
    public void AdamFindsTheMinimumOfABowl()
    {
        float[] parameters = [.. Enumerable.Range(0, 19).Select(i => (float)i - 9)];
        var adam = new Adam(parameters.Length);

        for (var step = 0; step < 3000; step++)
            adam.Step(parameters, Array.ConvertAll(parameters, p => 2 * (p - 1)), 0.02f);

        Assert.All(parameters, p => Assert.Equal(1, p, 1e-2f));
    }

    [Fact]
    public void MomentsEqualMeanAndVariance()
    {
        var moments = new RunningMoments(1, 1000);

        moments.Add([1, 2, 3, 6], 4);

        Assert.Equal(3, moments.Mean[0], 1e-5f);
        Assert.Equal(3.5f, moments.Variance[0], 1e-5f);
    }
}
