namespace Engage.Neural;

/// <summary>Selection of the greatest of some distinct keys (Hoare 1961): linear on average, without order.</summary>
internal static class KeySelection
{
    // Fewer keys are sorted: partitioning them further costs more.
    private const int SortBelow = 12;

    /// <summary>Moves the greatest <paramref name="count"/> keys to the front.</summary>
    public static void MoveGreatestFirst(Span<ulong> keys, int count)
    {
        var (low, high) = (0, keys.Length - 1);
        while (high - low >= SortBelow)
        {
            var pivot = MiddleOfThree(keys[low], keys[(low + high) >> 1], keys[high]);
            var (i, j) = (low, high);
            while (i <= j)
            {
                while (keys[i] > pivot)
                    i++;
                while (keys[j] < pivot)
                    j--;
                if (i > j)
                    break;
                (keys[i], keys[j]) = (keys[j], keys[i]);
                i++;
                j--;
            }

            // [low, j] are at least the pivot, [i, high] at most; what lies between equals it.
            if (count <= j)
                high = j;
            else if (count > i)
                low = i;
            else
                return;
        }

        var rest = keys[low..(high + 1)];
        rest.Sort();
        rest.Reverse();
    }

    /// <summary>The least key.</summary>
    public static ulong Least(ReadOnlySpan<ulong> keys)
    {
        var least = ulong.MaxValue;
        foreach (var key in keys)
            least = Math.Min(least, key);
        return least;
    }

    private static ulong MiddleOfThree(ulong a, ulong b, ulong c) =>
        Math.Max(Math.Min(a, b), Math.Min(Math.Max(a, b), c));
}
