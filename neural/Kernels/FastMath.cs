namespace Engage.Neural;

/// <summary>Approximations where a feature needs no more than four digits.</summary>
public static class FastMath
{
    /// <summary>
    /// Natural logarithm of a positive normal number, within 1e-4: the exponent from the bits, the mantissa by a
    /// polynomial through ln(1 + x) on [0, 1). About five times as fast as <see cref="MathF.Log(float)"/>.
    /// </summary>
    public static float Log(float x) => FastLogMap.Invoke<Lanes1, float>(x);

    /// <summary>The same of every number, in place: a few at once, each with the bits that it would have
    /// alone.</summary>
    public static void Log(Span<float> numbers) => ElementMap.Apply<FastLogMap>(numbers, numbers);
}

/// <summary>Minimax polynomial of ln(1 + m), Abramowitz and Stegun 4.1.43. Products and sums are rounded apart, so that
/// the bits are the same with and without an instruction for both.</summary>
internal readonly struct FastLogMap : IMap
{
    public static V Invoke<TLanes, V>(V x)
        where TLanes : struct, ILanes<V>
        where V : struct
    {
        var m = TLanes.Subtract(TLanes.Significand(x), TLanes.Create(1));
        var p = TLanes.Add(TLanes.Create(-0.13606275f), TLanes.Multiply(m, TLanes.Create(0.03215845f)));
        p = TLanes.Add(TLanes.Create(0.28947478f), TLanes.Multiply(m, p));
        p = TLanes.Add(TLanes.Create(-0.49190896f), TLanes.Multiply(m, p));
        p = TLanes.Add(TLanes.Create(0.99949556f), TLanes.Multiply(m, p));
        return TLanes.Add(TLanes.Multiply(TLanes.Exponent(x), TLanes.Create(0.69314718f)), TLanes.Multiply(m, p));
    }
}
