using System.Runtime.Intrinsics;

namespace Engage.Neural;

/// <summary>Rounds one row after the other to whole levels, in buffers that are whole registers: zeros behind a row
/// change neither its magnitude nor its error.</summary>
internal sealed class RowLevels
{
    private readonly float[] _values;
    private readonly int[] _levels;

    /// <param name="count">Values per row.</param>
    public RowLevels(int count)
    {
        var registers = (count + Vector512<float>.Count - 1) / Vector512<float>.Count;
        _values = new float[registers * Vector512<float>.Count];
        _levels = new int[_values.Length];
    }

    /// <summary>What <see cref="Round"/> made of the row; behind it zeros, at least to an even length.</summary>
    public ReadOnlySpan<int> All => _levels;

    /// <summary>Takes a row in. Reference: <see cref="GreatestScalar"/>.</summary>
    /// <returns>Its greatest magnitude, NaN if there is one.</returns>
    public float Take(ReadOnlySpan<float> row)
    {
        row.CopyTo(_values);
        // Without their signs floats are ordered as their bits are, and NaN is above all.
        var greatest = Vector512<int>.Zero;
        for (var i = 0; i < _values.Length; i += Vector512<float>.Count)
            greatest = Vector512.Max(greatest, Vector512.Abs(Vector512.Create(_values, i)).AsInt32());
        var half = Vector256.Max(greatest.GetLower(), greatest.GetUpper());
        var few = Vector128.Max(half.GetLower(), half.GetUpper());
        return BitConverter.Int32BitsToSingle(Math.Max(Math.Max(few[0], few[1]), Math.Max(few[2], few[3])));
    }

    /// <summary>Level i = round(perLevel · value i). Reference: <see cref="RoundScalar"/>.</summary>
    /// <returns>Σ of the squares of what was rounded away.</returns>
    public float Round(float perLevel)
    {
        var error = Vector512<float>.Zero;
        for (var i = 0; i < _values.Length; i += Vector512<float>.Count)
        {
            var steps = Vector512.Create(_values, i) * perLevel;
            var levels = Vector512.Round(steps);
            error += (steps - levels) * (steps - levels);
            Vector512.ConvertToInt32(levels).CopyTo(_levels, i);
        }

        return Vector512.Sum(error);
    }

    /// <summary>The greatest magnitude, NaN if there is one; also for what is too short for registers.</summary>
    public static float GreatestScalar(ReadOnlySpan<float> row)
    {
        var greatest = 0f;
        foreach (var value in row)
            greatest = MathF.Max(greatest, MathF.Abs(value));
        return greatest;
    }

    /// <summary>Reference of <see cref="Round"/>.</summary>
    public static float RoundScalar(ReadOnlySpan<float> row, float perLevel, Span<int> levels)
    {
        var error = 0f;
        for (var i = 0; i < row.Length; i++)
        {
            var step = row[i] * perLevel;
            levels[i] = (int)MathF.Round(step);
            error += (step - levels[i]) * (step - levels[i]);
        }

        return error;
    }
}
