using System.Diagnostics;
using System.Numerics;
using System.Runtime.InteropServices;

namespace Engage.Bench.Retrieval;

/// <summary>How fast one core reads memory in order.</summary>
internal static class MemoryBandwidth
{
    private static float _result;

    /// <summary>Bytes per second, the best of a few sweeps over the very data that the search reads.</summary>
    public static double Measure(float[] data)
    {
        var best = double.PositiveInfinity;
        for (var i = 0; i < 5; i++)
        {
            var started = Stopwatch.GetTimestamp();
            _result += Sweep(data);
            best = Math.Min(best, Stopwatch.GetElapsedTime(started).TotalSeconds);
        }

        return data.Length * sizeof(float) / best;
    }

    private static float Sweep(float[] data)
    {
        var vectors = MemoryMarshal.Cast<float, Vector<float>>(data);
        Vector<float> a = default, b = default, c = default, d = default;
        for (var i = 0; i + 3 < vectors.Length; i += 4)
        {
            a += vectors[i];
            b += vectors[i + 1];
            c += vectors[i + 2];
            d += vectors[i + 3];
        }

        return Vector.Sum(a + b + c + d);
    }
}
