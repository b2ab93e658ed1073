namespace Engage.Grains.Commerce.Shares;

/// <summary>
/// Amounts in parts, exact to the minor unit: by largest remainder (Hamilton's method). Each part gets the whole units
/// of its share, and what is left over goes, one unit each, to those that were cut most; the first wins a tie.
/// </summary>
public static class Parts
{
    /// <param name="amount">0 or more.</param>
    /// <param name="weights">0 or more each; not all 0 unless the amount is.</param>
    /// <returns>One part per weight; together the amount. If the amount is at most the sum of the weights, no part is
    /// more than its weight.</returns>
    /// <exception cref="ArgumentException">A number is negative, or there is nothing to give an amount to.</exception>
    public static long[] Split(long amount, ReadOnlySpan<long> weights)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(amount);
        Int128 sum = 0;
        foreach (var weight in weights)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(weight, nameof(weights));
            sum += weight;
        }
        var parts = new long[weights.Length];
        if (amount == 0) return parts;
        if (sum == 0)
            throw new ArgumentException($"{amount} minor units, and nobody has a share in them.", nameof(weights));

        var left = amount;
        var cut = new (Int128 Remainder, int Index)[weights.Length];
        for (var i = 0; i < parts.Length; i++)
        {
            var product = (Int128)amount * weights[i];
            parts[i] = (long)(product / sum);
            left -= parts[i];
            cut[i] = (product % sum, i);
        }
        Array.Sort(cut, static (a, b) =>
            b.Remainder.CompareTo(a.Remainder) is not 0 and var order ? order : a.Index.CompareTo(b.Index));
        for (var i = 0; i < left; i++) parts[cut[i].Index]++;
        return parts;
    }
}
