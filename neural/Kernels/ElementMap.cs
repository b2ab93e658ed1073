using System.Runtime.Intrinsics;

namespace Engage.Neural;

/// <summary>A function of one float, at any width.</summary>
internal interface IMap
{
    static abstract V Invoke<TLanes, V>(V x)
        where TLanes : struct, ILanes<V>
        where V : struct;
}

/// <summary>A function of two floats, at any width.</summary>
internal interface IBinaryMap
{
    static abstract V Invoke<TLanes, V>(V x, V y)
        where TLanes : struct, ILanes<V>
        where V : struct;
}

/// <summary>
/// Element by element over spans: by the widest registers first, then by narrower ones for what remains. An output may
/// be the very span that an input is; otherwise they must not overlap.
/// </summary>
internal static unsafe class ElementMap
{
    /// <summary>outputs = f(inputs).</summary>
    public static void Apply<TMap>(ReadOnlySpan<float> inputs, Span<float> outputs)
        where TMap : struct, IMap
    {
        VectorKernels.RequireSameLength(inputs.Length, outputs.Length);
        fixed (float* x = inputs, y = outputs)
        {
            var done = Run<TMap, Lanes512, Vector512<float>>(x, y, 0, inputs.Length);
            done = Run<TMap, Lanes256, Vector256<float>>(x, y, done, inputs.Length);
            done = Run<TMap, Lanes128, Vector128<float>>(x, y, done, inputs.Length);
            Run<TMap, Lanes1, float>(x, y, done, inputs.Length);
        }
    }

    /// <summary>y = f(x, y).</summary>
    public static void Update<TMap>(ReadOnlySpan<float> x, Span<float> y)
        where TMap : struct, IBinaryMap
    {
        VectorKernels.RequireSameLength(x.Length, y.Length);
        fixed (float* px = x, py = y)
        {
            var done = RunUpdate<TMap, Lanes512, Vector512<float>>(px, py, 0, x.Length);
            done = RunUpdate<TMap, Lanes256, Vector256<float>>(px, py, done, x.Length);
            done = RunUpdate<TMap, Lanes128, Vector128<float>>(px, py, done, x.Length);
            RunUpdate<TMap, Lanes1, float>(px, py, done, x.Length);
        }
    }

    /// <summary>Whole registers from element <paramref name="i"/> on; returns the first element not done.</summary>
    internal static int Run<TMap, TLanes, V>(float* x, float* y, int i, int count)
        where TMap : struct, IMap
        where TLanes : struct, ILanes<V>
        where V : struct
    {
        if (TLanes.IsSupported)
            for (; i + TLanes.Count <= count; i += TLanes.Count)
                TLanes.Store(TMap.Invoke<TLanes, V>(TLanes.Load(x + i)), y + i);
        return i;
    }

    private static int RunUpdate<TMap, TLanes, V>(float* x, float* y, int i, int count)
        where TMap : struct, IBinaryMap
        where TLanes : struct, ILanes<V>
        where V : struct
    {
        if (TLanes.IsSupported)
            for (; i + TLanes.Count <= count; i += TLanes.Count)
                TLanes.Store(TMap.Invoke<TLanes, V>(TLanes.Load(x + i), TLanes.Load(y + i)), y + i);
        return i;
    }
}
