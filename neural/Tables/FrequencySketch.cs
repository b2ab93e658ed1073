namespace Engage.Neural;

/// <summary>
/// Roughly how often an id was seen, in fixed memory: a count-min sketch (Cormode and Muthukrishnan 2005) with
/// conservative update and counters up to 255. It never says less than was seen since the last halving; halving lets
/// old sightings fade.
/// </summary>
public sealed class FrequencySketch
{
    private const int Depth = 4;

    private readonly int _mask;

    /// <param name="width">Counters per row, a power of two; about the number of ids that are alive at once.</param>
    public FrequencySketch(int width)
    {
        if (width < 2 || !int.IsPow2(width))
            throw new ArgumentOutOfRangeException(nameof(width), width, "A power of two, at least 2.");
        (_mask, Counters) = (width - 1, new byte[Depth * width]);
    }

    /// <summary>The counters [4, width], for saving.</summary>
    public byte[] Counters { get; }

    /// <summary>Sightings since the last halving, for saving.</summary>
    public long Sightings { get; set; }

    /// <summary>Counts a sighting.</summary>
    /// <returns>The estimate with it.</returns>
    public int Add(ulong id)
    {
        var seen = Math.Min(byte.MaxValue, Estimate(id) + 1);
        for (var d = 0; d < Depth; d++)
        {
            ref var counter = ref Counters[At(id, d)];
            counter = (byte)Math.Max(counter, seen);
        }

        if (++Sightings >= 8L * (_mask + 1))
            Halve();
        return seen;
    }

    /// <summary>How often an id was seen, never too low since the last halving.</summary>
    public int Estimate(ulong id)
    {
        var least = int.MaxValue;
        for (var d = 0; d < Depth; d++)
            least = Math.Min(least, Counters[At(id, d)]);
        return least;
    }

    private void Halve()
    {
        for (var i = 0; i < Counters.Length; i++)
            Counters[i] >>= 1;
        Sightings /= 2;
    }

    private int At(ulong id, int row) =>
        (row * (_mask + 1)) + ((int)StableHash.Mix(id + ((ulong)row * 0x9E3779B97F4A7C15)) & _mask);
}
