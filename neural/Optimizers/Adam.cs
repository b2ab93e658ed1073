using System.Runtime.Intrinsics;

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

    /// <summary>One step down the gradients. Reference: <see cref="StepScalar"/>.</summary>
    /// <exception cref="ArgumentException">A length is not the optimizer's.</exception>
    public unsafe void Step(
        Span<float> parameters, ReadOnlySpan<float> gradients, float rate, float weightDecay = 0)
    {
        Require(parameters.Length, gradients.Length);
        fixed (float* p = parameters, g = gradients)
            Run(p, g, null, 1, rate, weightDecay);
    }

    /// <summary>One step down scale · gradients that leaves the gradients zero, ready for the next batch: clipping,
    /// step and clearing in one sweep over memory.</summary>
    /// <exception cref="ArgumentException">A length is not the optimizer's.</exception>
    public unsafe void StepAndClear(
        Span<float> parameters, Span<float> gradients, float rate, float scale = 1, float weightDecay = 0)
    {
        Require(parameters.Length, gradients.Length);
        fixed (float* p = parameters, g = gradients)
            Run(p, g, g, scale, rate, weightDecay);
    }

    /// <summary>Reference of <see cref="Step"/>.</summary>
    public void StepScalar(Span<float> parameters, ReadOnlySpan<float> gradients, float rate, float weightDecay = 0)
    {
        Require(parameters.Length, gradients.Length);
        var (correction1, correction2) = Advance();
        for (var i = 0; i < gradients.Length; i++)
        {
            var g = gradients[i];
            First[i] += (1 - decay1) * (g - First[i]);
            Second[i] += (1 - decay2) * ((g * g) - Second[i]);
            var step = First[i] * correction1 / (MathF.Sqrt(Second[i] * correction2) + epsilon);
            parameters[i] -= rate * (step + (weightDecay * parameters[i]));
        }
    }

    private void Require(int parameters, int gradients)
    {
        if (parameters != First.Length || gradients != First.Length)
            throw new ArgumentException(
                $"Expected {First.Length} parameters and gradients; got {parameters} and {gradients}.");
    }

    /// <summary>Counts a step; what makes up for moments that began at zero.</summary>
    private (float First, float Second) Advance()
    {
        Steps++;
        return (1 / (1 - MathF.Pow(decay1, Steps)), 1 / (1 - MathF.Pow(decay2, Steps)));
    }

    private unsafe void Run(float* parameters, float* gradients, float* clear, float scale, float rate, float decay)
    {
        var (correction1, correction2) = Advance();
        fixed (float* first = First, second = Second)
            new AdamSweep
            {
                Parameters = parameters, Gradients = gradients, Clear = clear, First = first, Second = second,
                Scale = scale, Rate = rate, Rest = 1 - (rate * decay), Gain1 = 1 - decay1, Gain2 = 1 - decay2,
                Correction1 = correction1, Correction2 = correction2, Epsilon = epsilon,
            }.Run(First.Length);
    }
}

/// <summary>One sweep of Adam over memory.</summary>
internal unsafe ref struct AdamSweep
{
    public float* Parameters;
    public float* Gradients;
    public float* Clear;
    public float* First;
    public float* Second;
    public float Scale;
    public float Rate;
    public float Rest;
    public float Gain1;
    public float Gain2;
    public float Correction1;
    public float Correction2;
    public float Epsilon;

    public readonly void Run(int count)
    {
        var done = Run<Lanes512, Vector512<float>>(0, count);
        done = Run<Lanes256, Vector256<float>>(done, count);
        done = Run<Lanes128, Vector128<float>>(done, count);
        Run<Lanes1, float>(done, count);
    }

    /// <summary>Whole registers from parameter <paramref name="i"/> on; returns the first one not done.</summary>
    public readonly int Run<TLanes, V>(int i, int count)
        where TLanes : struct, ILanes<V>
        where V : struct
    {
        if (!TLanes.IsSupported)
            return i;
        V scale = TLanes.Create(Scale), rate = TLanes.Create(-Rate * Correction1), rest = TLanes.Create(Rest);
        V gain1 = TLanes.Create(Gain1), gain2 = TLanes.Create(Gain2);
        V correction = TLanes.Create(Correction2), epsilon = TLanes.Create(Epsilon);
        for (; i + TLanes.Count <= count; i += TLanes.Count)
        {
            var g = TLanes.Multiply(TLanes.Load(Gradients + i), scale);
            V first = TLanes.Load(First + i), second = TLanes.Load(Second + i);
            first = TLanes.MultiplyAdd(TLanes.Subtract(g, first), gain1, first);
            second = TLanes.MultiplyAdd(TLanes.Subtract(TLanes.Multiply(g, g), second), gain2, second);
            TLanes.Store(first, First + i);
            TLanes.Store(second, Second + i);
            var root = TLanes.SquareRoot(TLanes.Multiply(second, correction));
            var step = TLanes.Divide(TLanes.Multiply(first, rate), TLanes.Add(root, epsilon));
            TLanes.Store(TLanes.MultiplyAdd(TLanes.Load(Parameters + i), rest, step), Parameters + i);
            if (Clear != null)
                TLanes.Store(default, Clear + i);
        }

        return i;
    }
}
