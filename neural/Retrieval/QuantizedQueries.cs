namespace Engage.Neural;

/// <summary>
/// Users as they are compared with quantized rows, and what is known of the difference to the true score. With q the
/// user's quantized dimensions and q' what became of them, x an item's and x' = s · levels, |x - x'| = e:
/// |q·x - q'·x'| ≤ |q| e + |q - q'| |x'|, and |x'| ≤ 127 s √dimensions (Cauchy and Schwarz, twice). All roundings, of
/// the true score's own sum too, are in what is added: of n products at most n · 2^-24 times the sum of their
/// magnitudes.
/// </summary>
internal sealed class QuantizedQueries
{
    // Below it, an error times an item's could be too small for a float.
    private const float MagnitudeMin = 1e-5f;

    private const float ItemLevelMax = sbyte.MaxValue;
    private const float Rounding = 1 + 1e-3f;
    private QuantizedLayout _layout;
    private int[] _levels = [];
    private float[] _exact = [];
    private float[] _scales = [];
    private float[] _perError = [];
    private float[] _perScale = [];

    /// <summary>[users, pairs], two numbers each.</summary>
    public ReadOnlySpan<int> Levels => _levels;

    /// <summary>The dimensions that are not quantized, [users, exact].</summary>
    public ReadOnlySpan<float> Exact => _exact;

    /// <summary>What a level is worth, [users].</summary>
    public ReadOnlySpan<float> Scales => _scales;

    /// <summary>What a score can be off for each unit of the item's error, [users].</summary>
    public ReadOnlySpan<float> PerError => _perError;

    /// <summary>The same for each unit of the item's scale, [users].</summary>
    public ReadOnlySpan<float> PerScale => _perScale;

    /// <summary>The same for each unit of the magnitudes of the products that are not quantized.</summary>
    public float PerExact { get; private set; }

    /// <param name="users">[users, dimensions].</param>
    /// <returns>False if a user is so great, small or broken that nothing could be said of her scores.</returns>
    public bool TryBegin(ReadOnlySpan<float> users, QuantizedLayout layout)
    {
        var count = users.Length / layout.Dimensions;
        if (_layout != layout || _scales.Length < count)
        {
            _layout = layout;
            _levels = new int[count * layout.Pairs];
            _exact = new float[count * layout.Exact];
            (_scales, _perError, _perScale) = (new float[count], new float[count], new float[count]);
        }

        PerExact = (layout.Dimensions + 8) * MathF.Pow(2, -23);
        for (var user = 0; user < count; user++)
            if (!TrySet(user, users.Slice(user * layout.Dimensions, layout.Dimensions)))
                return false;
        return true;
    }

    private bool TrySet(int user, ReadOnlySpan<float> values)
    {
        var (greatest, exact) = (0f, 0f);
        foreach (var value in values[.._layout.Quantized])
            greatest = MathF.Max(greatest, MathF.Abs(value));
        foreach (var value in values[_layout.Quantized..])
            exact = MathF.Max(exact, MathF.Abs(value));
        if (!(MathF.Max(greatest, exact) <= QuantizedTable.MagnitudeMax) || greatest is > 0 and < MagnitudeMin)
            return false;

        // So few that no sum of products overflows.
        var levels = Math.Min(short.MaxValue, int.MaxValue / ((int)ItemLevelMax * (2 * _layout.Pairs)));
        var scale = greatest == 0 ? 0 : greatest / levels;
        var (square, off) = (0.0, 0.0);
        var pairs = _levels.AsSpan(user * _layout.Pairs, _layout.Pairs);
        pairs.Clear();
        for (var d = 0; d < _layout.Quantized; d++)
        {
            var level = scale == 0 ? 0 : (int)Math.Round((double)values[d] / scale);
            level = Math.Clamp(level, -levels, levels);
            pairs[d >> 1] |= (ushort)level << (16 * (d & 1));
            square += (double)values[d] * values[d];
            var rest = values[d] - ((double)scale * level);
            off += rest * rest;
        }

        var norm = Math.Sqrt(square);
        _scales[user] = scale;
        // Not zero, which an infinite error would make no number.
        _perError[user] = MathF.Max((float)norm * Rounding, float.Epsilon);
        _perScale[user] = (float)(ItemLevelMax * Math.Sqrt(_layout.Quantized)
            * (Math.Sqrt(off) + (norm * PerExact))) * Rounding;
        values[_layout.Quantized..].CopyTo(_exact.AsSpan(user * _layout.Exact));
        return true;
    }
}
