namespace Engage.Neural;

/// <summary>Nonlinearities, element by element.</summary>
public static class Activations
{
    /// <summary>outputs = f(sums); both may be the same span.</summary>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    public static void Forward(Activation activation, ReadOnlySpan<float> sums, Span<float> outputs)
    {
        if (activation == Activation.Relu)
            ElementMap.Apply<ReluMap>(sums, outputs);
        else if (activation == Activation.Gelu)
            ElementMap.Apply<GeluMap>(sums, outputs);
        else
            ElementMap.Apply<SigmoidMap>(sums, outputs);
    }

    /// <summary>gradients *= f'(sums).</summary>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    public static void Backward(Activation activation, ReadOnlySpan<float> sums, Span<float> gradients)
    {
        if (activation == Activation.Relu)
            ElementMap.Update<ReluSlope>(sums, gradients);
        else if (activation == Activation.Gelu)
            ElementMap.Update<GeluSlope>(sums, gradients);
        else
            ElementMap.Update<SigmoidSlope>(sums, gradients);
    }
}

/// <summary>max(0, x).</summary>
internal readonly struct ReluMap : IMap
{
    public static V Invoke<TLanes, V>(V x)
        where TLanes : struct, ILanes<V>
        where V : struct => TLanes.AtLeast(default, x);
}

/// <summary>y where x &gt; 0, else 0. The rectified x serves as well as x itself.</summary>
internal readonly struct ReluSlope : IBinaryMap
{
    public static V Invoke<TLanes, V>(V x, V y)
        where TLanes : struct, ILanes<V>
        where V : struct => TLanes.SelectGreater(x, default, y, default);
}

/// <summary>y · σ(x) · (1 - σ(x)).</summary>
internal readonly struct SigmoidSlope : IBinaryMap
{
    public static V Invoke<TLanes, V>(V x, V y)
        where TLanes : struct, ILanes<V>
        where V : struct
    {
        var s = SigmoidMap.Invoke<TLanes, V>(x);
        return TLanes.Multiply(y, TLanes.Multiply(s, TLanes.Subtract(TLanes.Create(1), s)));
    }
}

/// <summary>
/// x·Φ(x) by its tanh approximation 0.5·x·(1 + tanh(u)) = x·σ(2u), u = sqrt(2 / π)·(x + 0.044715·x³).
/// </summary>
internal readonly struct GeluMap : IMap
{
    internal const float Twice = 1.5957691216f; // 2·sqrt(2 / π)
    internal const float Cubic = 0.044715f;

    public static V Invoke<TLanes, V>(V x)
        where TLanes : struct, ILanes<V>
        where V : struct => TLanes.Multiply(x, Share<TLanes, V>(x, TLanes.Multiply(x, x)));

    /// <summary>σ(2u).</summary>
    internal static V Share<TLanes, V>(V x, V square)
        where TLanes : struct, ILanes<V>
        where V : struct
    {
        var inner = TLanes.MultiplyAdd(TLanes.Create(Twice * Cubic), square, TLanes.Create(Twice));
        return SigmoidMap.Invoke<TLanes, V>(TLanes.Multiply(x, inner));
    }
}

/// <summary>y · gelu'(x) = y · (s + x·s·(1 - s)·2u'), s = σ(2u).</summary>
internal readonly struct GeluSlope : IBinaryMap
{
    public static V Invoke<TLanes, V>(V x, V y)
        where TLanes : struct, ILanes<V>
        where V : struct
    {
        var square = TLanes.Multiply(x, x);
        var s = GeluMap.Share<TLanes, V>(x, square);
        var inner = TLanes.MultiplyAdd(
            TLanes.Create(3 * GeluMap.Twice * GeluMap.Cubic), square, TLanes.Create(GeluMap.Twice));
        var bend = TLanes.Multiply(TLanes.Multiply(s, TLanes.Subtract(TLanes.Create(1), s)), inner);
        return TLanes.Multiply(y, TLanes.MultiplyAdd(x, bend, s));
    }
}
