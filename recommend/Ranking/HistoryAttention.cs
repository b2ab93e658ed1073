using Engage.Neural;

namespace Engage.Recommend;

/// <summary>
/// Target attention over the recent sequence (Zhou et al. 2018): each candidate asks the user's recent items what in
/// them concerns it, and is compared with what they answer. It learns what is left over by the towers, whose averages
/// are the same for every candidate: its logit is added to theirs, and the sum is trained by softmax of the item taken
/// against the other candidates.
/// </summary>
internal sealed class HistoryAttention
{
    /// <summary>Most recent items that are asked, newest first.</summary>
    public const int Steps = 32;

    private readonly TargetAttention _attention;
    private readonly RecommenderOptions _options;
    private readonly SeededRandom _random;
    private readonly AttentionShape _shape;
    private readonly PagedTable<float> _items;
    private readonly PagedTable<float> _sums;
    private readonly float[] _places;
    private readonly float[] _placeSums;
    private readonly float[] _placeGradients = new float[Steps];
    private readonly Rows<float> _gradients = new();
    private readonly Rows<float> _logits = new();

    /// <param name="pages">Numbers the views of what is frozen.</param>
    public HistoryAttention(RecommenderOptions options, SeededRandom random, PageClock? pages = null)
    {
        (_options, _random, _shape) = (options, random, new(options.AttentionDimensions));
        _attention = new(_shape.Dimensions, Steps);
        (_items, _sums) = (new(_shape.Count, clock: pages), new(_shape.Count, clock: pages));
        (_places, _placeSums) = (new float[Steps], new float[Steps]);
        Array.Fill(_placeSums, options.TowerAccumulator);
    }

    public HistoryAttentionView Live => new(_attention, _shape, _items.Live, _places);

    public HistoryAttentionView Freeze() => new(_attention, _shape, _items.Freeze(), (float[])_places.Clone());

    public void GrowTo(int items)
    {
        var had = _items.Count;
        _items.GrowTo(items);
        _sums.GrowTo(items);
        for (var item = had; item < items; item++)
        {
            // Keys and questions begin at random, answers at zero: the logit begins at zero.
            foreach (ref var weight in _items.Writable(item)[.._shape.AnswerAt])
                weight = _random.NextNormal();
            _sums.Writable(item).Fill(_options.TowerAccumulator);
        }
    }

    /// <summary>One step towards the candidate that was taken.</summary>
    /// <param name="query">The query whose rows were filled last.</param>
    /// <param name="rows">[candidates, features], raw: they hold the towers' logits and the attention's.</param>
    public void Learn(
        Scratch query, ReadOnlySpan<int> candidates, int taken, ReadOnlySpan<float> rows, FeatureLayout layout)
    {
        var asked = query.Attention;
        var recent = HistoryAttentionView.Window(query.Recent);
        if (asked.Sequence.Count == 0)
            return;
        // What the steps read beside what the query has read: asked for now, needed after the gradients.
        foreach (var item in candidates)
            CacheLines.Prefetch(_sums.Row(item)[_shape.QuestionAt..]);
        _logits.Clear();
        var logits = _logits.Extend(candidates.Length);
        for (var c = 0; c < candidates.Length; c++)
            logits[c] = rows[(c * layout.Count) + layout.TowerAt] + rows[(c * layout.Count) + layout.AttentionAt];
        Softmax.CrossEntropy(logits, taken);
        Step(asked, recent, candidates, logits);
    }

    public void Carry(ModelState state)
    {
        state.Table("attention.items", _items);
        state.Table("attention.sums", _sums);
        state.Fixed("attention.places", _places);
        state.Fixed("attention.place_sums", _placeSums);
    }

    /// <param name="byLogit">[candidates], the loss by each logit.</param>
    private void Step(
        AttentionScratch asked, ReadOnlySpan<int> recent, ReadOnlySpan<int> candidates, ReadOnlySpan<float> byLogit)
    {
        var d = _shape.Dimensions;
        _gradients.Clear();
        var gradients = _gradients.Extend((2 * candidates.Length * d) + asked.Sequence.Count);
        gradients.Clear();
        var byQuestion = gradients[..(candidates.Length * d)];
        var byPooled = gradients.Slice(candidates.Length * d, candidates.Length * d);
        var byKey = gradients[(2 * candidates.Length * d)..];
        for (var c = 0; c < candidates.Length; c++)
            VectorKernels.AddScaled(
                byPooled.Slice(c * d, d), _items.Row(candidates[c]).Slice(_shape.AnswerAt, d), byLogit[c]);
        Array.Clear(_placeGradients);
        _attention.Backward(
            asked.Questions.All, asked.Sequence.All, byPooled, asked.Weights.All, _placeGradients, byQuestion, byKey,
            asked.Work.All);
        if (!Finite.All(byLogit) || !Finite.All(gradients) || !Finite.All(asked.Pooled.All))
            return;
        for (var c = 0; c < candidates.Length; c++)
        {
            if (MathF.Abs(byLogit[c]) < 1e-5f)
                continue;
            var row = _items.Writable(candidates[c]);
            var sums = _sums.Writable(candidates[c]);
            Step(row, sums, _shape.QuestionAt, byQuestion.Slice(c * d, d), 1);
            Step(row, sums, _shape.AnswerAt, asked.Pooled.All.Slice(c * d, d), byLogit[c]);
        }

        for (int i = recent.Length - 1, at = 0; i >= 0; i--)
            if (recent[i] >= 0)
                Step(_items.Writable(recent[i]), _sums.Writable(recent[i]), 0, byKey.Slice(d * at++, d), 1);
        Adagrad.Step(_places, _placeSums, _placeGradients, 1, _options.AttentionRate);
    }

    private void Step(Span<float> row, Span<float> sums, int at, ReadOnlySpan<float> gradient, float scale) =>
        Adagrad.Step(
            row.Slice(at, gradient.Length), sums.Slice(at, gradient.Length), gradient, scale, _options.AttentionRate);
}
