using System.Runtime.Intrinsics;

namespace Engage.Neural;

/// <summary>Sixteen floats: AVX-512.</summary>
internal readonly unsafe struct Lanes512 : ILanes<Vector512<float>>
{
    public static bool IsSupported => Vector512.IsHardwareAccelerated;

    public static int Count => 16;

    public static bool HasManyRegisters => true;

    public static Vector512<float> Load(float* from) => Vector512.Load(from);

    public static void Store(Vector512<float> value, float* to) => value.Store(to);

    public static Vector512<float> Create(float value) => Vector512.Create(value);

    public static Vector512<float> Add(Vector512<float> a, Vector512<float> b) => a + b;

    public static Vector512<float> Subtract(Vector512<float> a, Vector512<float> b) => a - b;

    public static Vector512<float> Multiply(Vector512<float> a, Vector512<float> b) => a * b;

    public static Vector512<float> Divide(Vector512<float> a, Vector512<float> b) => a / b;

    public static Vector512<float> SquareRoot(Vector512<float> a) => Vector512.Sqrt(a);

    public static Vector512<float> MultiplyAdd(Vector512<float> a, Vector512<float> b, Vector512<float> c) =>
        Vector512.MultiplyAddEstimate(a, b, c);

    public static Vector512<float> AtLeast(Vector512<float> limit, Vector512<float> value) =>
        Vector512.ConditionalSelect(Vector512.GreaterThan(limit, value), limit, value);

    public static Vector512<float> AtMost(Vector512<float> limit, Vector512<float> value) =>
        Vector512.ConditionalSelect(Vector512.LessThan(limit, value), limit, value);

    public static Vector512<float> Round(Vector512<float> a) => Vector512.Round(a);

    public static Vector512<float> PowerOfTwo(Vector512<float> n) =>
        ((Vector512.ConvertToInt32Native(n) + Vector512.Create(127)) << 23).AsSingle();

    public static Vector512<float> Exponent(Vector512<float> a) =>
        Vector512.ConvertToSingle((a.AsInt32() >> 23) - Vector512.Create(127));

    public static Vector512<float> Significand(Vector512<float> a) =>
        ((a.AsInt32() & Vector512.Create(0x7FFFFF)) | Vector512.Create(0x3F800000)).AsSingle();

    public static Vector512<float> SelectGreater(
        Vector512<float> a, Vector512<float> b, Vector512<float> yes, Vector512<float> no) =>
        Vector512.ConditionalSelect(Vector512.GreaterThan(a, b), yes, no);

    public static ulong GreaterMask(Vector512<float> a, Vector512<float> b) =>
        Vector512.GreaterThan(a, b).ExtractMostSignificantBits();

    public static float Sum(Vector512<float> a) => Vector512.Sum(a);

    public static Vector128<float> Sums(
        Vector512<float> a, Vector512<float> b, Vector512<float> c, Vector512<float> d) =>
        Lanes256.Sums(a.GetLower(), b.GetLower(), c.GetLower(), d.GetLower())
        + Lanes256.Sums(a.GetUpper(), b.GetUpper(), c.GetUpper(), d.GetUpper());
}
