using System.Runtime.Intrinsics;

namespace Engage.Neural;

/// <summary>
/// One step of a <see cref="Gru"/>'s state, both ways, feature by feature: as many at once as the machine allows, each
/// with the bits that it would have alone. A state is short, so that going over it once for each operation costs more
/// than the operations. Bounds are the caller's duty.
/// </summary>
internal unsafe ref struct GruCell
{
    public int Hidden;

    /// <summary>r, z, n [3, hidden].</summary>
    public float* Gates;

    /// <summary>The hidden part of n [hidden].</summary>
    public float* Memory;

    /// <summary>The state before the step [hidden].</summary>
    public float* Before;

    /// <summary>Completes gates that hold their inputs' products.</summary>
    /// <param name="sums">The hidden products [3, hidden].</param>
    /// <param name="bias">Of n's hidden product [hidden].</param>
    /// <param name="after">Receives the state [hidden].</param>
    public readonly void Forward(float* sums, float* bias, float* after)
    {
        var done = Forward<Lanes512, Vector512<float>>(0, sums, bias, after);
        done = Forward<Lanes256, Vector256<float>>(done, sums, bias, after);
        done = Forward<Lanes128, Vector128<float>>(done, sums, bias, after);
        Forward<Lanes1, float>(done, sums, bias, after);
    }

    /// <summary>From the gradient of the state after the step those of the gates before their nonlinearities.</summary>
    /// <param name="state">[hidden]; left is what reaches the state before directly, ∘ z. The products' part is for the
    /// caller to add.</param>
    /// <param name="dx">Receives those of the input's products [3, hidden].</param>
    /// <param name="dh">Receives those of the hidden products [3, hidden].</param>
    public readonly void Backward(float* state, float* dx, float* dh)
    {
        var done = Backward<Lanes512, Vector512<float>>(0, state, dx, dh);
        done = Backward<Lanes256, Vector256<float>>(done, state, dx, dh);
        done = Backward<Lanes128, Vector128<float>>(done, state, dx, dh);
        Backward<Lanes1, float>(done, state, dx, dh);
    }

    /// <summary>Whole registers from feature <paramref name="i"/> on; returns the first one not done.</summary>
    internal readonly int Forward<TLanes, V>(int i, float* sums, float* bias, float* after)
        where TLanes : struct, ILanes<V>
        where V : struct
    {
        if (!TLanes.IsSupported)
            return i;
        float* reset = Gates, update = Gates + Hidden, candidate = update + Hidden;
        for (; i + TLanes.Count <= Hidden; i += TLanes.Count)
        {
            var r = SigmoidMap.Invoke<TLanes, V>(TLanes.Add(TLanes.Load(reset + i), TLanes.Load(sums + i)));
            var z = SigmoidMap.Invoke<TLanes, V>(TLanes.Add(TLanes.Load(update + i), TLanes.Load(sums + Hidden + i)));
            var memory = TLanes.Add(TLanes.Load(sums + (2 * Hidden) + i), TLanes.Load(bias + i));
            var n = TanhMap.Invoke<TLanes, V>(TLanes.Add(TLanes.Load(candidate + i), TLanes.Multiply(r, memory)));
            TLanes.Store(r, reset + i);
            TLanes.Store(z, update + i);
            TLanes.Store(n, candidate + i);
            TLanes.Store(memory, Memory + i);
            TLanes.Store(
                TLanes.Add(n, TLanes.Multiply(z, TLanes.Subtract(TLanes.Load(Before + i), n))), after + i);
        }

        return i;
    }

    /// <summary>As <see cref="Forward{TLanes, V}"/>.</summary>
    internal readonly int Backward<TLanes, V>(int i, float* state, float* dx, float* dh)
        where TLanes : struct, ILanes<V>
        where V : struct
    {
        if (!TLanes.IsSupported)
            return i;
        var one = TLanes.Create(1);
        for (; i + TLanes.Count <= Hidden; i += TLanes.Count)
        {
            V r = TLanes.Load(Gates + i), z = TLanes.Load(Gates + Hidden + i);
            V n = TLanes.Load(Gates + (2 * Hidden) + i), by = TLanes.Load(state + i);
            V notR = TLanes.Subtract(one, r), notZ = TLanes.Subtract(one, z);
            var dn = TLanes.Multiply(TLanes.Multiply(by, notZ), TLanes.Subtract(one, TLanes.Multiply(n, n)));
            var dr = TLanes.Multiply(TLanes.Multiply(TLanes.Multiply(dn, TLanes.Load(Memory + i)), r), notR);
            var change = TLanes.Subtract(TLanes.Load(Before + i), n);
            var dz = TLanes.Multiply(TLanes.Multiply(TLanes.Multiply(by, change), z), notZ);
            TLanes.Store(dr, dx + i);
            TLanes.Store(dr, dh + i);
            TLanes.Store(dz, dx + Hidden + i);
            TLanes.Store(dz, dh + Hidden + i);
            TLanes.Store(dn, dx + (2 * Hidden) + i);
            TLanes.Store(TLanes.Multiply(dn, r), dh + (2 * Hidden) + i);
            TLanes.Store(TLanes.Multiply(by, z), state + i);
        }

        return i;
    }
}
