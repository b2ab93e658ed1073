namespace Engage.Neural;

/// <summary>
/// Stochastic gradient descent, optionally with momentum (Polyak 1964; PyTorch's variant without dampening). It keeps
/// no state of its own, so it serves a flat parameter array and one row of a table alike: give it that row's velocity.
/// </summary>
public static class Sgd
{
    /// <summary>parameters -= rate · (gradients + weightDecay · parameters).</summary>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    public static void Step(
        Span<float> parameters, ReadOnlySpan<float> gradients, float rate, float weightDecay = 0)
    {
        Shapes.Require(nameof(gradients), parameters.Length, gradients.Length);
        if (weightDecay != 0)
            VectorKernels.AddScaled(parameters, parameters, -rate * weightDecay);
        VectorKernels.AddScaled(parameters, gradients, -rate);
    }

    /// <summary>velocity = momentum · velocity + gradients + weightDecay · parameters; parameters -= rate ·
    /// velocity.</summary>
    /// <param name="velocity">As long as the parameters, zero before the first step.</param>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    public static void Step(
        Span<float> parameters, Span<float> velocity, ReadOnlySpan<float> gradients, float rate, float momentum,
        float weightDecay = 0)
    {
        Shapes.Require(nameof(gradients), parameters.Length, gradients.Length);
        Shapes.Require(nameof(velocity), parameters.Length, velocity.Length);
        VectorKernels.AddScaled(velocity, velocity, momentum - 1);
        VectorKernels.AddScaled(velocity, gradients, 1);
        if (weightDecay != 0)
            VectorKernels.AddScaled(velocity, parameters, weightDecay);
        VectorKernels.AddScaled(parameters, velocity, -rate);
    }
}
