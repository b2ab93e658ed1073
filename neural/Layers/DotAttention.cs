namespace Engage.Neural;

/// <summary>
/// Scaled dot-product attention (Vaswani et al. 2017) of a batch: weights = softmax(q·kᵀ / √width + bias),
/// output = weights · v. It has no parameters of its own; projections are <see cref="Dense"/> layers around it.
/// </summary>
public sealed class DotAttention
{
    /// <param name="width">Features of a query and of a key, at least 1.</param>
    /// <param name="valueWidth">Features of a value, at least 1.</param>
    public DotAttention(int width, int valueWidth)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(valueWidth, 1);
        (Width, ValueWidth, Scale) = (width, valueWidth, 1 / MathF.Sqrt(width));
    }

    /// <summary>Features of a query and of a key.</summary>
    public int Width { get; }

    /// <summary>Features of a value.</summary>
    public int ValueWidth { get; }

    /// <summary>What products are multiplied with before the softmax.</summary>
    public float Scale { get; }

    /// <summary>Attends.</summary>
    /// <param name="q">[batch, queries, width].</param>
    /// <param name="k">[batch, keys, width].</param>
    /// <param name="v">[batch, keys, value width].</param>
    /// <param name="lengths">[batch], keys of each example, the first ones count; empty where all do. What stands past
    /// them does not matter, not even NaN. An example without keys has output 0.</param>
    /// <param name="bias">[keys], added to every query's logits; empty for none.</param>
    /// <param name="weights">[batch, queries, keys], overwritten; backward needs them.</param>
    /// <param name="outputs">[batch, queries, value width], overwritten.</param>
    /// <exception cref="ArgumentException">A length disagrees with the shape.</exception>
    public void Forward(
        ReadOnlySpan<float> q, ReadOnlySpan<float> k, ReadOnlySpan<float> v, ReadOnlySpan<int> lengths,
        ReadOnlySpan<float> bias, int batch, int queries, int keys, Span<float> weights, Span<float> outputs)
    {
        Require(q.Length, k.Length, v.Length, weights.Length, outputs.Length, batch, queries, keys);
        Shapes.RequireLengths(lengths, batch, keys);
        if (!bias.IsEmpty)
            Shapes.Require(nameof(bias), keys, bias.Length);
        weights.Clear();
        outputs.Clear();
        for (var b = 0; b < batch; b++)
        {
            var count = lengths.IsEmpty ? keys : lengths[b];
            if (count == 0)
                continue;
            for (var i = 0; i < queries; i++)
            {
                var at = (b * queries) + i;
                var row = weights.Slice(at * keys, count);
                VectorKernels.DotRows(
                    k.Slice(b * keys * Width, count * Width), q.Slice(at * Width, Width), row);
                for (var j = 0; j < count; j++)
                    row[j] = (row[j] * Scale) + (bias.IsEmpty ? 0 : bias[j]);
                Softmax.Normalize(row);
            }

            MatrixKernels.MultiplyAdd(
                weights.Slice(b * queries * keys, queries * keys), keys, 1,
                v.Slice(b * keys * ValueWidth, count * ValueWidth),
                outputs.Slice(b * queries * ValueWidth, queries * ValueWidth), queries, count, ValueWidth);
        }
    }

    /// <summary>Adds the gradients of queries, keys, values and bias; where keys and values are one array, their
    /// gradients may be too.</summary>
    /// <param name="weights">From <see cref="Forward"/>, overwritten: they become the gradients of the logits.</param>
    /// <param name="outputGradients">[batch, queries, value width].</param>
    /// <param name="dq">[batch, queries, width].</param>
    /// <param name="dk">[batch, keys, width].</param>
    /// <param name="dv">[batch, keys, value width].</param>
    /// <param name="dbias">[keys], or empty.</param>
    /// <exception cref="ArgumentException">A length disagrees with the shape.</exception>
    public void Backward(
        ReadOnlySpan<float> q, ReadOnlySpan<float> k, ReadOnlySpan<float> v, ReadOnlySpan<float> outputGradients,
        int batch, int queries, int keys, Span<float> weights, Span<float> dq, Span<float> dk, Span<float> dv,
        Span<float> dbias = default)
    {
        Require(q.Length, k.Length, v.Length, weights.Length, outputGradients.Length, batch, queries, keys);
        Require(dq.Length, dk.Length, dv.Length, weights.Length, outputGradients.Length, batch, queries, keys);
        if (!dbias.IsEmpty)
            Shapes.Require(nameof(dbias), keys, dbias.Length);
        for (var b = 0; b < batch; b++)
            for (var i = 0; i < queries; i++)
            {
                var at = (b * queries) + i;
                var row = weights.Slice(at * keys, keys);
                var dy = outputGradients.Slice(at * ValueWidth, ValueWidth);
                LogitGradients(row, v.Slice(b * keys * ValueWidth, keys * ValueWidth), dy, b, keys, dv);
                if (!dbias.IsEmpty)
                    VectorKernels.AddScaled(dbias, row, 1);
                for (var j = 0; j < keys; j++)
                {
                    // Not even added: what stands in a masked key need not be a number.
                    if (row[j] == 0)
                        continue;
                    var of = ((b * keys) + j) * Width;
                    VectorKernels.AddScaled(dq.Slice(at * Width, Width), k.Slice(of, Width), row[j] * Scale);
                    VectorKernels.AddScaled(dk.Slice(of, Width), q.Slice(at * Width, Width), row[j] * Scale);
                }
            }
    }

    // Softmax: d logit = weight · (d weight - Σ weight · d weight). A masked key has weight 0 and so no gradient.
    private void LogitGradients(
        Span<float> row, ReadOnlySpan<float> v, ReadOnlySpan<float> dy, int b, int keys, Span<float> dv)
    {
        var mean = 0f;
        for (var j = 0; j < keys; j++)
        {
            if (row[j] == 0)
                continue;
            VectorKernels.AddScaled(dv.Slice(((b * keys) + j) * ValueWidth, ValueWidth), dy, row[j]);
            mean += row[j] * VectorKernels.Dot(v.Slice(j * ValueWidth, ValueWidth), dy);
        }

        for (var j = 0; j < keys; j++)
            if (row[j] != 0)
                row[j] *= VectorKernels.Dot(v.Slice(j * ValueWidth, ValueWidth), dy) - mean;
    }

    private void Require(int q, int k, int v, int weights, int outputs, int batch, int queries, int keys)
    {
        Shapes.Require(nameof(q), batch * queries * Width, q);
        Shapes.Require(nameof(k), batch * keys * Width, k);
        Shapes.Require(nameof(v), batch * keys * ValueWidth, v);
        Shapes.Require(nameof(weights), batch * queries * keys, weights);
        Shapes.Require(nameof(outputs), batch * queries * ValueWidth, outputs);
    }
}
