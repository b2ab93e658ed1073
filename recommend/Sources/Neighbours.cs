namespace Engage.Recommend;

/// <summary>
/// The items tied to one item, with <see cref="Kinds"/> weights each; at most a fixed number of them. Written in place
/// until a snapshot shares it, copied then (see <see cref="CoOccurrence"/>).
/// </summary>
internal sealed class Neighbours
{
    /// <summary>Weights per neighbour; see <see cref="CoOccurrence"/> for what each one means.</summary>
    public const int Kinds = 4;

    public int[] Ids;
    public float[] Weights;

    /// <summary>Sum of each kind over all neighbours, dropped ones included.</summary>
    public float[] Totals = new float[Kinds];

    public int Count;

    /// <param name="room">Neighbours it has room for; it grows.</param>
    public Neighbours(int room) => (Ids, Weights) = (new int[room], new float[room * Kinds]);

    /// <summary>Number of the freeze after which this object was made: older objects are shared.</summary>
    public int Epoch;

    /// <summary>Becomes what another one is, in its own arrays, which must be long enough.</summary>
    public void Take(Neighbours other)
    {
        other.Ids.AsSpan(0, other.Count).CopyTo(Ids);
        other.Weights.AsSpan(0, other.Count * Kinds).CopyTo(Weights);
        other.Totals.CopyTo(Totals, 0);
        Count = other.Count;
    }

    /// <summary>The weights of a neighbour, which is added with zeros when absent.</summary>
    public Span<float> Entry(int id, int max)
    {
        var at = Ids.AsSpan(0, Count).IndexOf(id);
        if (at < 0)
        {
            if (Count >= max)
                DropWeakest(max - (max / 4));
            if (Count == Ids.Length)
            {
                Array.Resize(ref Ids, Count * 2);
                Array.Resize(ref Weights, Count * 2 * Kinds);
            }

            at = Count++;
            Ids[at] = id;
            Weights.AsSpan(at * Kinds, Kinds).Clear();
        }

        return Weights.AsSpan(at * Kinds, Kinds);
    }

    /// <summary>Keeps the <paramref name="keep"/> neighbours with the largest decayed tie, in their present
    /// order.</summary>
    private void DropWeakest(int keep)
    {
        var ties = new float[Count];
        for (var i = 0; i < Count; i++)
            ties[i] = Weights[(i * Kinds) + CoOccurrence.Fresh];
        Array.Sort(ties);
        var bar = ties[Count - keep];
        var kept = 0;
        for (var i = 0; i < Count && kept < keep; i++)
        {
            if (Weights[(i * Kinds) + CoOccurrence.Fresh] < bar)
                continue;
            Ids[kept] = Ids[i];
            Weights.AsSpan(i * Kinds, Kinds).CopyTo(Weights.AsSpan(kept * Kinds));
            kept++;
        }

        Count = kept;
    }
}
