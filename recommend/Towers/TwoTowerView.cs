using Engage.Neural;

namespace Engage.Recommend;

/// <summary>The towers at one moment.</summary>
/// <param name="places">Weight of each place of the recent items, last first: [heads, RecentMax].</param>
/// <param name="gates">Weight of each trend bias.</param>
internal readonly struct TwoTowerView(
    PagedRows<float> input, ItemVectorsView output, TowerShape shape, float[] places, float[] gates)
{
    /// <summary>Length of a user vector.</summary>
    public int UserSize => shape.Count;

    /// <summary>Fills <paramref name="user"/> from the recent items, oldest first; negative numbers are unknown
    /// items.</summary>
    /// <param name="back">How many items back each lies.</param>
    public void User(ReadOnlySpan<int> recent, ReadOnlySpan<int> back, Span<float> user)
    {
        recent = Window(recent);
        back = Window(back);
        Span<float> weights = stackalloc float[UserInterest.RecentMax];
        user.Clear();
        user[shape.BiasAt] = 1;
        gates.CopyTo(user[shape.TrendAt..]);
        for (var head = 0; head < shape.Heads; head++)
        {
            Weigh(recent, back, head, weights);
            var into = user.Slice(head * shape.Dimensions, shape.Dimensions);
            for (var i = 0; i < recent.Length; i++)
                if (recent[i] >= 0)
                    VectorKernels.AddScaled(into, input[recent[i]], weights[i]);
        }
    }

    /// <summary>The items that the user's side looks at.</summary>
    public static ReadOnlySpan<int> Window(ReadOnlySpan<int> recent) =>
        recent[Math.Max(0, recent.Length - UserInterest.RecentMax)..];

    /// <summary>Weights of one head's average by place; they sum to 1 over the known items.</summary>
    public void Weigh(ReadOnlySpan<int> recent, ReadOnlySpan<int> back, int head, Span<float> weights)
    {
        var own = places.AsSpan(head * UserInterest.RecentMax, UserInterest.RecentMax);
        var sum = 0f;
        for (var i = 0; i < recent.Length; i++)
            sum += weights[i] = recent[i] < 0 ? 0 : own[Math.Min(back[i], own.Length - 1)];
        for (var i = 0; i < recent.Length; i++)
            weights[i] /= MathF.Max(sum, 1e-9f);
    }

    public float Logit(ReadOnlySpan<float> user, int item) => VectorKernels.Dot(user, output.Rows[item]);

    /// <summary>Asks for an item's part of the logit.</summary>
    public void Prefetch(int item) => output.Rows.Prefetch(item);

    /// <summary>The logit's parts: one per head, then the biases; [<see cref="TowerShape.Heads"/> + 1].</summary>
    /// <returns>Their sum, the logit up to its last bits.</returns>
    public float Parts(ReadOnlySpan<float> user, int item, Span<float> into)
    {
        VectorKernels.DotSegments(user, output.Rows[item], shape.Dimensions, into[..(shape.Heads + 1)]);
        var sum = 0f;
        foreach (var part in into[..(shape.Heads + 1)])
            sum += part;
        return sum;
    }

    /// <summary>Items.</summary>
    public int Count => output.Rows.Count;

    /// <summary>Logits of the items from <paramref name="first"/> on: as many as fit.</summary>
    public void Logits(ReadOnlySpan<float> user, int first, Span<float> into)
    {
        while (!into.IsEmpty)
        {
            var row = first % output.Rows.RowsPerPage;
            var count = Math.Min(output.Rows.RowsPerPage - row, into.Length);
            var rows = output.Rows.Page(first / output.Rows.RowsPerPage)
                .Slice(row * output.Rows.Width, count * output.Rows.Width);
            VectorKernels.DotRows(rows, user, into[..count]);
            first += count;
            into = into[count..];
        }
    }

    /// <summary>The items of largest logit for each user of a batch; see <see cref="QuantizedRetrieval"/>.</summary>
    public void Search<TFilter>(
        QuantizedRetrieval retrieval, ReadOnlySpan<float> users, int k, TFilter filter, Span<int> items,
        Span<float> logits)
        where TFilter : struct, ICandidateFilter, allows ref struct =>
        retrieval.Search(output.Rows, output.Coarse, users, k, filter, items, logits);

    /// <summary>Whether an item is surely none of a user's k best; see <see
    /// cref="QuantizedRetrieval.IsBeaten{TFilter}"/>.</summary>
    public bool IsBeaten<TFilter>(
        QuantizedRetrieval retrieval, ReadOnlySpan<float> user, int item, int k, TFilter filter)
        where TFilter : struct, ICandidateFilter, allows ref struct =>
        retrieval.IsBeaten(output.Coarse, user, item, k, filter);
}
