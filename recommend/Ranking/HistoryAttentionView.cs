using Engage.Neural;

namespace Engage.Recommend;

/// <summary>Where the three vectors of an item lie in its row: key as a recent item, question and answer as a
/// candidate.</summary>
internal readonly record struct AttentionShape(int Dimensions)
{
    public int QuestionAt => Dimensions;

    public int AnswerAt => 2 * Dimensions;

    public int Count => 3 * Dimensions;
}

/// <summary>What one query's attention was computed from, for learning from it.</summary>
internal sealed class AttentionScratch
{
    /// <summary>Keys of the known recent items, newest first: [length, dimensions].</summary>
    public Rows<float> Sequence { get; } = new();

    /// <summary>[candidates, dimensions].</summary>
    public Rows<float> Questions { get; } = new();

    /// <summary>[candidates, length].</summary>
    public Rows<float> Weights { get; } = new();

    /// <summary>What the sequence answers to each candidate: [candidates, dimensions].</summary>
    public Rows<float> Pooled { get; } = new();

    /// <summary>What the attention works with.</summary>
    public Rows<float> Work { get; } = new();

    public void Clear()
    {
        Sequence.Clear();
        Questions.Clear();
        Weights.Clear();
        Pooled.Clear();
        Work.Clear();
    }
}

/// <summary>The attention at one moment.</summary>
internal readonly struct HistoryAttentionView(
    TargetAttention attention, AttentionShape shape, PagedRows<float> items, float[] places)
{
    /// <summary>The recent items that are asked.</summary>
    public static ReadOnlySpan<int> Window(ReadOnlySpan<int> recent) =>
        recent[Math.Max(0, recent.Length - HistoryAttention.Steps)..];

    /// <summary>Asks for what <see cref="Fill"/> reads of a candidate.</summary>
    public void Prefetch(int item) => CacheLines.Prefetch(items[item][shape.QuestionAt..]);

    /// <summary>The attention's logit of each candidate; 0 without a history.</summary>
    /// <param name="recent">Numbers of the recent items, oldest first; negative for unknown ones.</param>
    /// <param name="into">Receives them, one every <paramref name="stride"/> floats.</param>
    public void Fill(
        ReadOnlySpan<int> recent, ReadOnlySpan<int> candidates, AttentionScratch scratch, Span<float> into, int stride)
    {
        var d = shape.Dimensions;
        scratch.Clear();
        recent = Window(recent);
        for (var i = recent.Length - 1; i >= 0; i--)
            if (recent[i] >= 0)
                items[recent[i]][..d].CopyTo(scratch.Sequence.Extend(d));
        var length = scratch.Sequence.Count / d;
        if (length == 0)
            return;
        foreach (var item in candidates)
            items[item].Slice(shape.QuestionAt, d).CopyTo(scratch.Questions.Extend(d));
        var pooled = scratch.Pooled.Extend(candidates.Length * d);
        attention.Forward(
            places, scratch.Questions.All, scratch.Sequence.All, scratch.Weights.Extend(candidates.Length * length),
            pooled, scratch.Work.Extend(attention.WorkLength(candidates.Length, length)));
        for (var c = 0; c < candidates.Length; c++)
            into[c * stride] = VectorKernels.Dot(pooled.Slice(c * d, d), items[candidates[c]].Slice(shape.AnswerAt, d));
    }
}
