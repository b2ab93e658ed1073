using System.Runtime.Intrinsics;

namespace Engage.Neural;

/// <summary>Inner products of one page of quantized items with several users. Whole numbers: the same on any machine,
/// in any order, in any company.</summary>
internal static unsafe class QuantizedDots
{
    /// <param name="items">[pairs, <see cref="QuantizedLayout.RowsPerPage"/>, 2].</param>
    /// <param name="users">[users, pairs], two numbers each.</param>
    /// <param name="sums">[users, <see cref="QuantizedLayout.RowsPerPage"/>].</param>
    public static void Run(sbyte* items, int pairs, int* users, int count, int* sums)
    {
        if (PairLanes512.IsSupported)
            Run<PairLanes512, Vector512<int>>(items, pairs, users, count, sums);
        else if (PairLanes256.IsSupported)
            Run<PairLanes256, Vector256<int>>(items, pairs, users, count, sums);
        else
            Run<PairLanes1, int>(items, pairs, users, count, sums);
    }

    /// <inheritdoc cref="Run(sbyte*, int, int*, int, int*)"/>
    public static void Run<TLanes, V>(sbyte* items, int pairs, int* users, int count, int* sums)
        where TLanes : struct, IPairLanes<V>
        where V : struct
    {
        for (var item = 0; item < QuantizedLayout.RowsPerPage; item += TLanes.Count)
        {
            var user = 0;
            // What is loaded and widened once serves four users.
            for (; user + 4 <= count; user += 4)
                Four<TLanes, V>(
                    items + (2 * item), pairs, users + (user * pairs),
                    sums + (user * QuantizedLayout.RowsPerPage) + item);
            for (; user < count; user++)
                One<TLanes, V>(
                    items + (2 * item), pairs, users + (user * pairs),
                    sums + (user * QuantizedLayout.RowsPerPage) + item);
        }
    }

    private static void Four<TLanes, V>(sbyte* items, int pairs, int* users, int* sums)
        where TLanes : struct, IPairLanes<V>
        where V : struct
    {
        V first = default, second = default, third = default, fourth = default;
        for (var pair = 0; pair < pairs; pair++, items += 2 * QuantizedLayout.RowsPerPage)
        {
            var loaded = TLanes.Load(items);
            first = TLanes.MultiplyAdd(first, loaded, users[pair]);
            second = TLanes.MultiplyAdd(second, loaded, users[pairs + pair]);
            third = TLanes.MultiplyAdd(third, loaded, users[(2 * pairs) + pair]);
            fourth = TLanes.MultiplyAdd(fourth, loaded, users[(3 * pairs) + pair]);
        }

        TLanes.Store(first, sums);
        TLanes.Store(second, sums + QuantizedLayout.RowsPerPage);
        TLanes.Store(third, sums + (2 * QuantizedLayout.RowsPerPage));
        TLanes.Store(fourth, sums + (3 * QuantizedLayout.RowsPerPage));
    }

    private static void One<TLanes, V>(sbyte* items, int pairs, int* user, int* sums)
        where TLanes : struct, IPairLanes<V>
        where V : struct
    {
        V even = default, odd = default;
        var pair = 0;
        // Two sums hide the latency of an addition.
        for (; pair + 2 <= pairs; pair += 2, items += 4 * QuantizedLayout.RowsPerPage)
        {
            even = TLanes.MultiplyAdd(even, TLanes.Load(items), user[pair]);
            odd = TLanes.MultiplyAdd(odd, TLanes.Load(items + (2 * QuantizedLayout.RowsPerPage)), user[pair + 1]);
        }

        if (pair < pairs)
            even = TLanes.MultiplyAdd(even, TLanes.Load(items), user[pair]);
        TLanes.Store(TLanes.Add(even, odd), sums);
    }
}
