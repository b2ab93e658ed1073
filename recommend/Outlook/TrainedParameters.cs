using Engage.Neural;

namespace Engage.Recommend;

/// <summary>
/// A network's parameters with all that training them needs: gradients, Adam, clipping, a step that is left out when
/// something is not finite, and their running average, which answers: single steps on single examples are noisy, their
/// average is not (Polyak and Juditsky 1992).
/// </summary>
/// <param name="pages">Numbers the views of what is frozen.</param>
internal sealed class TrainedParameters(
    int count, float rate, float gradientMax, int averageSteps, PageClock? pages = null)
{
    private readonly Adam _adam = new(count);
    private readonly FrozenCopies<float> _copies = new(pages);
    private float[]? _frozen;

    /// <summary>The parameters as they are now, for the writer.</summary>
    public float[] Values { get; } = new float[count];

    /// <summary>What backward adds to; cleared by <see cref="Step"/>.</summary>
    public float[] Gradients { get; } = new float[count];

    /// <summary>What answers, for the writer.</summary>
    public float[] Average { get; } = new float[count];

    /// <summary>True while every parameter is a number.</summary>
    public bool IsFinite => Finite.All(Values) && Finite.All(Average);

    /// <summary>A copy of the average that will not change; the same one until the next step.</summary>
    public float[] Freeze() => _frozen ??= _copies.Next(Average);

    /// <summary>One step down the gradients; none when they are not finite.</summary>
    public void Step()
    {
        if (float.IsFinite(GradientClip.ByGlobalNorm(Gradients, gradientMax)))
        {
            _adam.Step(Values, Gradients, rate);
            var share = 1f / Math.Clamp(_adam.Steps / 4, 1, averageSteps);
            VectorKernels.AddScaled(Average, Average, -share);
            VectorKernels.AddScaled(Average, Values, share);
            _frozen = null;
        }

        Array.Clear(Gradients);
    }

    public void Carry(ModelState state, string name)
    {
        var steps = _adam.Steps;
        state.Fixed($"{name}.parameters", Values);
        state.Fixed($"{name}.average", Average);
        state.Fixed($"{name}.adam_first", _adam.First);
        state.Fixed($"{name}.adam_second", _adam.Second);
        state.Value($"{name}.adam_steps", ref steps);
        _adam.Steps = steps;
        _frozen = null;
    }
}
