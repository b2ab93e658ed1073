namespace Engage.Neural.Tests;

/// <summary>Rows are rounded by registers as they are one by one, whatever their length.</summary>
public sealed class RowLevelsTests
{
    [Fact]
    public void EachRowIsRoundedAsOneByOne()
    {
        var random = new SeededRandom(21);
        for (var count = 1; count <= 50; count++)
        {
            var levels = new RowLevels(count);
            for (var again = 0; again < 3; again++)
            {
                float[] row = [.. Enumerable.Range(0, count).Select(_ => 40 * random.NextNormal())];
                var expected = new int[count];
                var error = RowLevels.RoundScalar(row, 0.7f, expected);

                Assert.Equal(RowLevels.GreatestScalar(row), levels.Take(row));
                Assert.Equal(error, levels.Round(0.7f), error * 1e-5f);
                Assert.Equal(expected, levels.All[..count]);
                Assert.All(levels.All[count..].ToArray(), behind => Assert.Equal(0, behind));
                Assert.True(levels.All.Length >= count + (count % 2));
            }
        }
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    [InlineData(float.NegativeInfinity)]
    [InlineData(-0f)]
    public void OddValuesHaveTheirMagnitudeAnywhere(float odd)
    {
        for (var at = 0; at < 35; at++)
        {
            var row = new float[35];
            row[at] = odd;

            Assert.Equal(MathF.Abs(odd), new RowLevels(35).Take(row));
        }
    }

    [Fact]
    public void ARowKnowsNothingOfTheOneBefore()
    {
        var levels = new RowLevels(19);
        levels.Take([.. Enumerable.Repeat(float.NaN, 19)]);

        Assert.Equal(1, levels.Take([.. Enumerable.Repeat(1f, 19)]));
        Assert.Equal(0, levels.Round(3));
    }
}
