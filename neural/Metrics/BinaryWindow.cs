namespace Engage.Neural;

/// <summary>Progressive validation of a probability: what was said before it was known, over the newest
/// examples.</summary>
public sealed class BinaryWindow
{
    private readonly int _size;
    private float[] _probabilities = [];
    private bool[] _happened = [];

    /// <param name="size">Examples kept, at least 1.</param>
    public BinaryWindow(int size)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(size, 1);
        _size = size;
    }

    /// <summary>Examples ever added.</summary>
    public long Examples { get; private set; }

    private int Count => (int)Math.Min(Examples, _size);

    /// <summary>Adds what was said of an example, and what happened.</summary>
    public void Add(float probability, bool happened)
    {
        var at = (int)(Examples % _size);
        if (at >= _probabilities.Length)
        {
            var room = Math.Min(_size, Math.Max(64, 2 * at));
            Array.Resize(ref _probabilities, room);
            Array.Resize(ref _happened, room);
        }

        (_probabilities[at], _happened[at]) = (probability, happened);
        Examples++;
    }

    /// <summary>The metrics over the window.</summary>
    public BinaryProgress Read()
    {
        var probabilities = _probabilities.AsSpan(0, Count);
        var happened = _happened.AsSpan(0, Count);
        var rate = (double)happened.Count(true) / Math.Max(1, Count);
        return new(
            Examples, Count, rate, BinaryMetrics.LogLoss(probabilities, happened), Entropy(rate),
            BinaryMetrics.Auc(probabilities, happened), BinaryMetrics.Accuracy(probabilities, happened));
    }

    /// <summary>The entries as they lie in the ring, for saving: probabilities, and 1 or 0.</summary>
    public (float[] Probabilities, byte[] Happened, long Examples) Save() => (
        _probabilities[..Count], [.. _happened.Take(Count).Select(happened => happened ? (byte)1 : (byte)0)], Examples);

    /// <summary>Goes on from a saved window.</summary>
    /// <exception cref="InvalidDataException">It does not fit this one's size.</exception>
    public void Load(float[] probabilities, byte[] happened, long examples)
    {
        ArgumentNullException.ThrowIfNull(probabilities);
        ArgumentNullException.ThrowIfNull(happened);
        if (probabilities.Length != happened.Length || probabilities.Length != Math.Min(examples, _size))
            throw new InvalidDataException(
                $"A window of {probabilities.Length} and {happened.Length} entries after {examples} examples; " +
                $"expected {Math.Min(examples, _size)}. Load with the options it was saved with.");
        (_probabilities, _happened, Examples) = (probabilities, [.. happened.Select(value => value != 0)], examples);
    }

    private static double Entropy(double rate) =>
        rate is 0 or 1 ? 0 : -((rate * Math.Log(rate)) + ((1 - rate) * Math.Log(1 - rate)));
}

/// <summary>How good probabilities were over the newest examples.</summary>
/// <param name="Examples">Examples ever.</param>
/// <param name="Window">Examples the rest is about.</param>
/// <param name="PositiveRate">Share that happened.</param>
/// <param name="LogLoss">Mean loss in nats.</param>
/// <param name="BaseLogLoss">The loss of always saying <paramref name="PositiveRate"/>, known only afterwards: what
/// knows nothing of the example cannot be better.</param>
/// <param name="Auc">NaN unless both outcomes are in the window.</param>
/// <param name="Accuracy">Share on the right side of one half.</param>
public sealed record BinaryProgress(
    long Examples, int Window, double PositiveRate, double LogLoss, double BaseLogLoss, double Auc, double Accuracy);
