using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Engage.Neural;

/// <summary>
/// Sums of products of small whole numbers, one sum a lane: what <see cref="ILanes{V}"/> is for floats. A lane holds
/// two numbers of an item side by side, as the hardware multiplies and adds them.
/// </summary>
/// <typeparam name="V">The register, e.g. Vector512&lt;int&gt;.</typeparam>
internal unsafe interface IPairLanes<V>
    where V : struct
{
    static abstract bool IsSupported { get; }

    /// <summary>Items in a register.</summary>
    static abstract int Count { get; }

    /// <summary>Two numbers of each item, widened.</summary>
    static abstract V Load(sbyte* pairs);

    /// <param name="query">Two numbers of the user, as the halves of one; the same for every item.</param>
    static abstract V MultiplyAdd(V sum, V pairs, int query);

    static abstract V Add(V a, V b);

    static abstract void Store(V sums, int* to);
}

/// <summary>Sixteen items: AVX-512.</summary>
internal readonly unsafe struct PairLanes512 : IPairLanes<Vector512<int>>
{
    public static bool IsSupported => Avx512BW.IsSupported;

    public static int Count => 16;

    public static Vector512<int> Load(sbyte* pairs) =>
        Avx512BW.ConvertToVector512Int16(Vector256.Load(pairs)).AsInt32();

    public static Vector512<int> MultiplyAdd(Vector512<int> sum, Vector512<int> pairs, int query) =>
        sum + Avx512BW.MultiplyAddAdjacent(pairs.AsInt16(), Vector512.Create(query).AsInt16());

    public static Vector512<int> Add(Vector512<int> a, Vector512<int> b) => a + b;

    public static void Store(Vector512<int> sums, int* to) => sums.Store(to);
}

/// <summary>Eight items: AVX2.</summary>
internal readonly unsafe struct PairLanes256 : IPairLanes<Vector256<int>>
{
    public static bool IsSupported => Avx2.IsSupported;

    public static int Count => 8;

    public static Vector256<int> Load(sbyte* pairs) =>
        Avx2.ConvertToVector256Int16(Vector128.Load(pairs)).AsInt32();

    public static Vector256<int> MultiplyAdd(Vector256<int> sum, Vector256<int> pairs, int query) =>
        sum + Avx2.MultiplyAddAdjacent(pairs.AsInt16(), Vector256.Create(query).AsInt16());

    public static Vector256<int> Add(Vector256<int> a, Vector256<int> b) => a + b;

    public static void Store(Vector256<int> sums, int* to) => sums.Store(to);
}

/// <summary>One item: any machine.</summary>
internal readonly unsafe struct PairLanes1 : IPairLanes<int>
{
    public static bool IsSupported => true;

    public static int Count => 1;

    public static int Load(sbyte* pairs) => (pairs[1] * 65_536) + (ushort)pairs[0];

    public static int MultiplyAdd(int sum, int pairs, int query) =>
        sum + ((short)pairs * (short)query) + ((pairs >> 16) * (query >> 16));

    public static int Add(int a, int b) => a + b;

    public static void Store(int sums, int* to) => *to = sums;
}
