using System.Runtime.Intrinsics;

namespace Engage.Neural;

/// <summary>
/// Arithmetic over one register of floats, so that a kernel is written once and compiled for every width: the generic
/// arguments are structs, so each instance is specialized and every call is one instruction. The framework's own
/// abstraction over its vector types is not public. <see cref="Lanes1"/> makes the same kernel its own tail and the
/// code of machines without vectors.
/// </summary>
/// <typeparam name="V">The register, e.g. Vector512&lt;float&gt;.</typeparam>
internal unsafe interface ILanes<V>
    where V : struct
{
    /// <summary>Whether the machine computes with this width in hardware.</summary>
    static abstract bool IsSupported { get; }

    /// <summary>Floats in a register.</summary>
    static abstract int Count { get; }

    /// <summary>Whether there are 32 registers, so that 16 sums and their operands stay in them.</summary>
    static abstract bool HasManyRegisters { get; }

    static abstract V Load(float* from);

    static abstract void Store(V value, float* to);

    /// <summary>The same value in every lane.</summary>
    static abstract V Create(float value);

    static abstract V Add(V a, V b);

    static abstract V Subtract(V a, V b);

    static abstract V Multiply(V a, V b);

    static abstract V Divide(V a, V b);

    static abstract V SquareRoot(V a);

    /// <summary>a · b + c, rounded once where the machine has it so.</summary>
    static abstract V MultiplyAdd(V a, V b, V c);

    /// <summary>The greater of a limit and a value; NaN stays NaN.</summary>
    static abstract V AtLeast(V limit, V value);

    /// <summary>The smaller of a limit and a value; NaN stays NaN.</summary>
    static abstract V AtMost(V limit, V value);

    /// <summary>Nearest whole number.</summary>
    static abstract V Round(V a);

    /// <summary>2^n for whole n from -126 to 127.</summary>
    static abstract V PowerOfTwo(V n);

    /// <summary>The power of two of a positive normal number, whole.</summary>
    static abstract V Exponent(V a);

    /// <summary>a / 2^exponent of a positive normal number, in [1, 2).</summary>
    static abstract V Significand(V a);

    /// <summary>Lane by lane: a &gt; b ? yes : no.</summary>
    static abstract V SelectGreater(V a, V b, V yes, V no);

    /// <summary>Bit i is set where lane i of a is greater than that of b.</summary>
    static abstract ulong GreaterMask(V a, V b);

    /// <summary>The sum of the lanes.</summary>
    static abstract float Sum(V a);

    /// <summary>The sums of four registers' lanes, each with the bits of <see cref="Sum"/>.</summary>
    static abstract Vector128<float> Sums(V a, V b, V c, V d);
}
