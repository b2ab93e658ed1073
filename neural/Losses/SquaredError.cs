namespace Engage.Neural;

/// <summary>Mean squared error.</summary>
public static class SquaredError
{
    /// <summary>Turns outputs into the gradients of mean (output - target)².</summary>
    /// <param name="outputs">[batch], overwritten.</param>
    /// <param name="targets">[batch].</param>
    /// <returns>The loss; 0 for an empty batch.</returns>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    public static float MeanLoss(Span<float> outputs, ReadOnlySpan<float> targets)
    {
        Shapes.Require(nameof(targets), outputs.Length, targets.Length);
        var loss = 0f;
        for (var i = 0; i < outputs.Length; i++)
        {
            var error = outputs[i] - targets[i];
            loss += error * error;
            outputs[i] = 2 * error / outputs.Length;
        }

        return outputs.IsEmpty ? 0 : loss / outputs.Length;
    }
}
