namespace Engage.Neural;

/// <summary>
/// Target attention (Zhou et al. 2018, with softmax): each candidate asks one user's recent sequence, whose vectors are
/// keys and values at once, what in it concerns this candidate. A learned bias by place, counted from the newest, lets
/// recent entries weigh more. Its only parameters are these biases [steps].
/// </summary>
public sealed class TargetAttention
{
    private readonly DotAttention _attention;

    /// <param name="width">Features of a candidate and of an entry of the sequence, at least 1.</param>
    /// <param name="steps">The longest sequence, at least 1.</param>
    public TargetAttention(int width, int steps)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(steps, 1);
        (_attention, Steps) = (new(width, width), steps);
    }

    /// <summary>Features of a candidate and of an entry of the sequence.</summary>
    public int Width => _attention.Width;

    /// <summary>The longest sequence.</summary>
    public int Steps { get; }

    /// <summary>Floats in the parameter array; zeros are a fair beginning.</summary>
    public int ParameterCount => Steps;

    /// <summary>Floats that <see cref="Forward"/> and <see cref="Backward"/> need to work with.</summary>
    public int WorkLength(int count, int length) => (2 * count * (Width + length)) + (length * Width);

    /// <summary>Sums the sequence up for each candidate: what <see cref="DotAttention"/> computes query by query, with
    /// the candidates side by side.</summary>
    /// <param name="places">The parameters [steps]: the newest entry's bias first.</param>
    /// <param name="candidates">[count, width].</param>
    /// <param name="sequence">[length, width], newest first, at most <see cref="Steps"/> entries; may be empty, then
    /// the outputs are 0.</param>
    /// <param name="weights">[count, length], overwritten; backward needs them.</param>
    /// <param name="outputs">[count, width], overwritten.</param>
    /// <param name="work">At least <see cref="WorkLength"/>, overwritten.</param>
    /// <exception cref="ArgumentException">A length disagrees with the shape.</exception>
    public void Forward(
        ReadOnlySpan<float> places, ReadOnlySpan<float> candidates, ReadOnlySpan<float> sequence,
        Span<float> weights, Span<float> outputs, Span<float> work)
    {
        var (count, length) = Measure(places.Length, candidates.Length, sequence.Length);
        Shapes.Require(nameof(weights), count * length, weights.Length);
        Shapes.Require(nameof(outputs), count * Width, outputs.Length);
        outputs.Clear();
        if (count == 0 || length == 0)
            return;
        var questions = work[..(count * Width)];
        var logits = work.Slice(count * Width, length * count);
        var keys = work.Slice(count * (Width + length), length * Width);
        MatrixKernels.Transpose(candidates, questions, count, Width);
        keys.Clear();
        VectorKernels.AddScaled(keys, sequence, _attention.Scale);
        for (var j = 0; j < length; j++)
            logits.Slice(j * count, count).Fill(places[j]);
        MatrixKernels.MultiplyAdd(keys, Width, 1, questions, logits, length, Width, count);
        Softmax.NormalizeColumns(logits, length, count);
        MatrixKernels.Transpose(logits, weights, length, count);
        MatrixKernels.MultiplyAdd(weights, length, 1, sequence, outputs, count, length, Width);
    }

    /// <summary>Adds the gradients of the places, the candidates and the sequence: what <see cref="DotAttention"/> adds
    /// query by query, by two matrix products.</summary>
    /// <param name="weights">From <see cref="Forward"/>.</param>
    /// <param name="outputGradients">[count, width].</param>
    /// <param name="work">At least <see cref="WorkLength"/>, overwritten.</param>
    /// <exception cref="ArgumentException">A length disagrees with the shape.</exception>
    public void Backward(
        ReadOnlySpan<float> candidates, ReadOnlySpan<float> sequence, ReadOnlySpan<float> outputGradients,
        ReadOnlySpan<float> weights, Span<float> placeGradients, Span<float> candidateGradients,
        Span<float> sequenceGradients, Span<float> work)
    {
        var (count, length) = Measure(placeGradients.Length, candidates.Length, sequence.Length);
        Shapes.Require(nameof(outputGradients), count * Width, outputGradients.Length);
        Shapes.Require(nameof(weights), count * length, weights.Length);
        Shapes.Require(nameof(candidateGradients), count * Width, candidateGradients.Length);
        Shapes.Require(nameof(sequenceGradients), length * Width, sequenceGradients.Length);
        if (count == 0 || length == 0)
            return;
        // A candidate reaches an entry twice, as a value by its weight and as a key by its logit: two rows of parts,
        // [count, 2, length], and what each is a part of, [count, 2, width].
        var parts = work[..(2 * count * length)];
        var wholes = work.Slice(2 * count * length, 2 * count * Width);
        for (var i = 0; i < count; i++)
        {
            var row = weights.Slice(i * length, length);
            var slopes = parts.Slice(((2 * i) + 1) * length, length);
            outputGradients.Slice(i * Width, Width).CopyTo(wholes[(2 * i * Width)..]);
            candidates.Slice(i * Width, Width).CopyTo(wholes[(((2 * i) + 1) * Width)..]);
            row.CopyTo(parts[(2 * i * length)..]);
            VectorKernels.DotRows(sequence, outputGradients.Slice(i * Width, Width), slopes);
            LogitGradients(row, slopes);
            VectorKernels.AddScaled(placeGradients[..length], slopes, 1);
            VectorKernels.AddScaled(slopes, slopes, _attention.Scale - 1);
        }

        MatrixKernels.MultiplyAdd(
            parts[length..], 2 * length, 1, sequence, candidateGradients, count, length, Width);
        MatrixKernels.MultiplyAdd(parts, 1, length, wholes, sequenceGradients, length, 2 * count, Width);
    }

    // Softmax: d logit = weight · (d weight - Σ weight · d weight).
    private static void LogitGradients(ReadOnlySpan<float> weights, Span<float> slopes)
    {
        var mean = 0f;
        for (var j = 0; j < slopes.Length; j++)
            mean += weights[j] * slopes[j];
        for (var j = 0; j < slopes.Length; j++)
            slopes[j] = weights[j] * (slopes[j] - mean);
    }

    private (int Count, int Length) Measure(int places, int candidates, int sequence)
    {
        Shapes.Require(nameof(places), Steps, places);
        var (count, length) = (candidates / Width, sequence / Width);
        Shapes.Require(nameof(candidates), count * Width, candidates);
        Shapes.Require(nameof(sequence), length * Width, sequence);
        return length <= Steps
            ? (count, length)
            : throw new ArgumentException($"A sequence of {length}; at most {Steps}. Pass the newest entries.");
    }
}
