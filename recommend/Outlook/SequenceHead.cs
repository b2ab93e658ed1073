using Engage.Neural;

namespace Engage.Recommend;

/// <summary>
/// What a <see cref="SequenceNetwork"/> makes of its last state and the summary of gaps: a linear layer, which learns
/// within a few hundred examples, and beside it a deep one that refines it. The parameters are one flat array: the
/// linear layer, the deep one's first and second layer.
/// </summary>
internal sealed class SequenceHead(int hidden, int outputs)
{
    private const int DeepWidth = 16;

    private readonly Dense _linear = new(hidden + GapSummary.Width, outputs);
    private readonly Dense _first = new(hidden + GapSummary.Width, DeepWidth);
    private readonly Dense _second = new(DeepWidth, outputs);

    public int Inputs => _linear.Inputs;

    public int Outputs => _linear.Outputs;

    public int ParameterCount => SecondAt + _second.ParameterCount;

    private int SecondAt => _linear.ParameterCount + _first.ParameterCount;

    public void Initialize(Span<float> parameters, SeededRandom random)
    {
        // Only the first layer breaks the symmetry: all outputs begin alike.
        parameters.Clear();
        _first.Initialize(parameters[_linear.ParameterCount..SecondAt], random);
    }

    /// <param name="x">[batch, inputs].</param>
    /// <returns>[batch, outputs], inside <paramref name="work"/>.</returns>
    public Span<float> Forward(ReadOnlySpan<float> parameters, ReadOnlySpan<float> x, int batch, SequenceWorkspace work)
    {
        var sums = work.HeadSums(batch * DeepWidth);
        var deep = work.HeadOutputs(batch * DeepWidth);
        var outputs = work.Outputs(batch * Outputs);
        var refined = work.DeepGradients(batch * Math.Max(Outputs, Inputs))[..(batch * Outputs)];
        _linear.Forward(parameters[.._linear.ParameterCount], x, batch, outputs);
        _first.Forward(parameters[_linear.ParameterCount..SecondAt], x, batch, sums);
        Activations.Forward(Activation.Gelu, sums, deep);
        _second.Forward(parameters[SecondAt..], deep, batch, refined);
        VectorKernels.AddScaled(outputs, refined, 1);
        return outputs;
    }

    /// <summary>Adds the gradients of the parameters after <see cref="Forward"/> with the same workspace.</summary>
    /// <param name="inputGradients">[batch, inputs], overwritten.</param>
    public void Backward(
        ReadOnlySpan<float> parameters, ReadOnlySpan<float> x, ReadOnlySpan<float> outputGradients, int batch,
        SequenceWorkspace work, Span<float> gradients, Span<float> inputGradients)
    {
        var deepGradients = work.HeadGradients(batch * DeepWidth);
        var through = work.DeepGradients(batch * Math.Max(Outputs, Inputs))[..(batch * Inputs)];
        _linear.Backward(
            parameters[.._linear.ParameterCount], x, outputGradients, batch, gradients[.._linear.ParameterCount],
            inputGradients);
        _second.Backward(
            parameters[SecondAt..], work.HeadOutputs(batch * DeepWidth), outputGradients, batch, gradients[SecondAt..],
            deepGradients);
        Activations.Backward(Activation.Gelu, work.HeadSums(batch * DeepWidth), deepGradients);
        _first.Backward(
            parameters[_linear.ParameterCount..SecondAt], x, deepGradients, batch,
            gradients[_linear.ParameterCount..SecondAt], through);
        VectorKernels.AddScaled(inputGradients, through, 1);
    }
}

/// <summary>The rhythm of a sequence in a few numbers about 1: what a recurrent state is slow to measure.</summary>
internal static class GapSummary
{
    public const int Width = 6;

    // Buckets are half octaves: 20 is a quarter of an hour, 38 a week.
    private const float Scale = 1 / 20f;

    /// <summary>Fills: the quiet time until the moment asked about, the last, longest and mean gap between actions, the
    /// time they span, and how many there are.</summary>
    public static void Fill(ReadOnlySpan<ActionToken> tokens, Span<float> into)
    {
        var actions = tokens[..^1];
        float longest = 0, sum = 0, span = 0, last = 0;
        var gaps = 0;
        for (var i = 1; i < actions.Length; i++)
        {
            last = actions[i].Gap;
            (longest, sum, gaps) = (MathF.Max(longest, last), sum + last, gaps + 1);
            span += MathF.Exp(last * (MathF.Log(2) / 2));
        }

        var quiet = tokens[^1].Gap;
        into[0] = quiet == ActionToken.NoGap ? 0 : quiet * Scale;
        into[1] = last * Scale;
        into[2] = longest * Scale;
        into[3] = gaps == 0 ? 0 : sum / gaps * Scale;
        into[4] = 2 * MathF.Log2(1 + span) * Scale;
        into[5] = MathF.Log(1 + actions.Length) / 3;
    }
}
