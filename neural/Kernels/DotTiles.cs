using System.Runtime.Intrinsics;

namespace Engage.Neural;

/// <summary>Sums along rows that lie dense in memory. Bounds are the caller's duty.</summary>
internal static unsafe class DotTiles
{
    /// <summary>Σk a[k] · b[k].</summary>
    public static float Dot(float* a, float* b, int depth)
    {
        var (k, sum) = (0, 0f);
        sum += Dot<Lanes512, Vector512<float>>(a, b, ref k, depth);
        sum += Dot<Lanes256, Vector256<float>>(a, b, ref k, depth);
        sum += Dot<Lanes128, Vector128<float>>(a, b, ref k, depth);
        return sum + Dot<Lanes1, float>(a, b, ref k, depth);
    }

    /// <summary>y[r] += Σk rows[r · stride + k] · x[k], for r below count.</summary>
    public static void AddRows(float* rows, nint stride, float* x, float* y, int count, int depth)
    {
        var k = AddRows<Lanes512, Vector512<float>>(rows, stride, x, y, count, 0, depth);
        k = AddRows<Lanes256, Vector256<float>>(rows, stride, x, y, count, k, depth);
        k = AddRows<Lanes128, Vector128<float>>(rows, stride, x, y, count, k, depth);
        AddRows<Lanes1, float>(rows, stride, x, y, count, k, depth);
    }

    /// <summary>The part of the sum from k on that fills whole registers; moves k behind it.</summary>
    internal static float Dot<TLanes, V>(float* a, float* b, ref int k, int depth)
        where TLanes : struct, ILanes<V>
        where V : struct
    {
        if (!TLanes.IsSupported || k + TLanes.Count > depth)
            return 0;
        // Two sums hide part of the latency of the multiply-add.
        V even = default, odd = default;
        for (; k + (2 * TLanes.Count) <= depth; k += 2 * TLanes.Count)
        {
            even = TLanes.MultiplyAdd(TLanes.Load(a + k), TLanes.Load(b + k), even);
            odd = TLanes.MultiplyAdd(
                TLanes.Load(a + k + TLanes.Count), TLanes.Load(b + k + TLanes.Count), odd);
        }

        for (; k + TLanes.Count <= depth; k += TLanes.Count)
            even = TLanes.MultiplyAdd(TLanes.Load(a + k), TLanes.Load(b + k), even);
        return TLanes.Sum(TLanes.Add(even, odd));
    }

    /// <summary>The part of every row from <paramref name="from"/> on that fills whole registers; returns its end. A
    /// row has the same bits whether it is one of four or alone.</summary>
    internal static int AddRows<TLanes, V>(
        float* rows, nint stride, float* x, float* y, int count, int from, int depth)
        where TLanes : struct, ILanes<V>
        where V : struct
    {
        if (!TLanes.IsSupported || from + TLanes.Count > depth)
            return from;
        var end = depth - ((depth - from) % TLanes.Count);
        var r = 0;
        for (; r + 4 <= count; r += 4)
            AddFourRows<TLanes, V>(rows + (r * stride), stride, x, y + r, from, end);
        for (; r < count; r++)
        {
            V sum = default;
            for (nint k = from; k < end; k += TLanes.Count)
                sum = TLanes.MultiplyAdd(TLanes.Load(rows + (r * stride) + k), TLanes.Load(x + k), sum);
            y[r] += TLanes.Sum(sum);
        }

        return end;
    }

    /// <summary>Four rows at once share the loads of x and what adds their lanes.</summary>
    private static void AddFourRows<TLanes, V>(float* rows, nint stride, float* x, float* y, int from, int end)
        where TLanes : struct, ILanes<V>
        where V : struct
    {
        float* row1 = rows + stride, row2 = row1 + stride, row3 = row2 + stride;
        V sum0 = default, sum1 = default, sum2 = default, sum3 = default;
        for (var k = (nint)from; k < end; k += TLanes.Count)
        {
            var v = TLanes.Load(x + k);
            sum0 = TLanes.MultiplyAdd(TLanes.Load(rows + k), v, sum0);
            sum1 = TLanes.MultiplyAdd(TLanes.Load(row1 + k), v, sum1);
            sum2 = TLanes.MultiplyAdd(TLanes.Load(row2 + k), v, sum2);
            sum3 = TLanes.MultiplyAdd(TLanes.Load(row3 + k), v, sum3);
        }

        (Vector128.Load(y) + TLanes.Sums(sum0, sum1, sum2, sum3)).Store(y);
    }
}
