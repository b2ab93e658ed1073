using System.Runtime.Intrinsics;

namespace Engage.Neural;

/// <summary>One float: what remains beside whole vectors, and machines without any.</summary>
internal readonly unsafe struct Lanes1 : ILanes<float>
{
    public static bool IsSupported => true;

    public static int Count => 1;

    public static bool HasManyRegisters => false;

    public static float Load(float* from) => *from;

    public static void Store(float value, float* to) => *to = value;

    public static float Create(float value) => value;

    public static float Add(float a, float b) => a + b;

    public static float Subtract(float a, float b) => a - b;

    public static float Multiply(float a, float b) => a * b;

    public static float Divide(float a, float b) => a / b;

    public static float SquareRoot(float a) => MathF.Sqrt(a);

    public static float MultiplyAdd(float a, float b, float c) => float.MultiplyAddEstimate(a, b, c);

    public static float AtLeast(float limit, float value) => limit > value ? limit : value;

    public static float AtMost(float limit, float value) => limit < value ? limit : value;

    public static float Round(float a) => MathF.Round(a);

    public static float PowerOfTwo(float n) =>
        BitConverter.Int32BitsToSingle((float.ConvertToIntegerNative<int>(n) + 127) << 23);

    public static float Exponent(float a) => (BitConverter.SingleToInt32Bits(a) >> 23) - 127;

    public static float Significand(float a) =>
        BitConverter.Int32BitsToSingle((BitConverter.SingleToInt32Bits(a) & 0x7FFFFF) | 0x3F800000);

    public static float SelectGreater(float a, float b, float yes, float no) => a > b ? yes : no;

    public static ulong GreaterMask(float a, float b) => a > b ? 1ul : 0;

    public static float Sum(float a) => a;

    public static Vector128<float> Sums(float a, float b, float c, float d) => Vector128.Create(a, b, c, d);
}
