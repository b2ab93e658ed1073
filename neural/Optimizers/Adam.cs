using System.Numerics;
using System.Runtime.InteropServices;

namespace Engage.Neural;

/// <summary>Adam (Kingma and Ba 2015) over one flat parameter array, with decoupled weight decay (Loshchilov and Hutter
/// 2019).</summary>
public sealed class Adam(int count, float decay1 = 0.9f, float decay2 = 0.999f, float epsilon = 1e-8f)
{
    /// <summary>Steps taken.</summary>
    public long Steps { get; set; }

    /// <summary>First moments [count].</summary>
    public float[] First { get; } = new float[count];

    /// <summary>Second moments [count].</summary>
    public float[] Second { get; } = new float[count];

    /// <summary>One step down the gradients.</summary>
    public void Step(Span<float> parameters, ReadOnlySpan<float> gradients, float rate, float weightDecay = 0)
    {
        if (parameters.Length != First.Length || gradients.Length != First.Length)
            throw new ArgumentException(
                $"Expected {First.Length} parameters and gradients; got {parameters.Length} and {gradients.Length}.");
        Steps++;
        var correction1 = 1 / (1 - MathF.Pow(decay1, Steps));
        var correction2 = 1 / (1 - MathF.Pow(decay2, Steps));
        var ps = MemoryMarshal.Cast<float, Vector<float>>(parameters);
        var gs = MemoryMarshal.Cast<float, Vector<float>>(gradients);
        var firsts = MemoryMarshal.Cast<float, Vector<float>>(First.AsSpan());
        var seconds = MemoryMarshal.Cast<float, Vector<float>>(Second.AsSpan());
        var small = new Vector<float>(epsilon);
        for (var v = 0; v < gs.Length; v++)
        {
            var g = gs[v];
            firsts[v] += (g - firsts[v]) * (1 - decay1);
            seconds[v] += ((g * g) - seconds[v]) * (1 - decay2);
            var step = firsts[v] * correction1 / (Vector.SquareRoot(seconds[v] * correction2) + small);
            ps[v] -= (step + (ps[v] * weightDecay)) * rate;
        }

        for (var i = gs.Length * Vector<float>.Count; i < gradients.Length; i++)
        {
            var g = gradients[i];
            First[i] += (1 - decay1) * (g - First[i]);
            Second[i] += (1 - decay2) * ((g * g) - Second[i]);
            var step = First[i] * correction1 / (MathF.Sqrt(Second[i] * correction2) + epsilon);
            parameters[i] -= rate * (step + (weightDecay * parameters[i]));
        }
    }
}
