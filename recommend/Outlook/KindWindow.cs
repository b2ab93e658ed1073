namespace Engage.Recommend;

/// <summary>How well the kind of the next action was foreseen, over the newest examples.</summary>
/// <param name="Examples">Examples ever.</param>
/// <param name="Window">Examples the rest is about.</param>
/// <param name="LogLoss">Mean loss in nats; NaN for none.</param>
/// <param name="BaseLogLoss">The loss of always saying the window's own frequencies.</param>
/// <param name="Accuracy">Share in which the likeliest kind came.</param>
/// <param name="BaseAccuracy">The share of the most frequent kind.</param>
public sealed record NextActionProgress(
    long Examples, int Window, double LogLoss, double BaseLogLoss, double Accuracy, double BaseAccuracy);

/// <summary>Progressive validation of <see cref="NextActionModel"/>, as a ring.</summary>
internal sealed class KindWindow(int size, int kinds)
{
    private readonly byte[] _kinds = new byte[size];
    private readonly byte[] _right = new byte[size];
    private readonly float[] _losses = new float[size];
    private long _examples;

    private int Count => (int)Math.Min(_examples, size);

    public void Add(int kind, float loss, bool right)
    {
        var at = _examples++ % size;
        (_kinds[at], _losses[at], _right[at]) = ((byte)kind, loss, right ? (byte)1 : (byte)0);
    }

    public NextActionProgress Read()
    {
        var counts = new int[kinds];
        double loss = 0, right = 0;
        for (var i = 0; i < Count; i++)
        {
            counts[_kinds[i]]++;
            loss += _losses[i];
            right += _right[i];
        }

        var n = (double)Count;
        return new(
            _examples, Count, loss / n, counts.Where(count => count > 0).Sum(count => -count / n * Math.Log(count / n)),
            right / n, counts.Max() / n);
    }

    public void Carry(ModelState state, string name)
    {
        state.Fixed($"{name}.kinds", _kinds);
        state.Fixed($"{name}.right", _right);
        state.Fixed($"{name}.losses", _losses);
        state.Value($"{name}.examples", ref _examples);
    }
}
