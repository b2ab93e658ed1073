namespace Engage.Grains.Recommending;

/// <summary>
/// What the guard of the model remembers. It is stored with the model but not rolled back with it: that is the point.
/// </summary>
internal sealed class GuardMarks
{
    /// <summary>Places remembered as poison at most; past it the oldest is given another chance.</summary>
    public const int PoisonMax = 256;

    /// <summary>Times the model went back to what was stored.</summary>
    public long Rollbacks { get; set; }

    /// <summary>Examples left out: malformed, or poison.</summary>
    public long Skipped { get; set; }

    /// <summary>Why the model went back the last time.</summary>
    public string? LastReason { get; set; }

    /// <summary>Examples that broke the model when it learned them watched, oldest first.</summary>
    public List<Place> Poison { get; set; } = [];

    /// <summary>Per partition, the offset up to which the model is looked at after every example; 0 for none.</summary>
    public Dictionary<int, long> WatchedThrough { get; set; } = [];

    /// <summary>Per partition, the offset up to which steps are smaller after an explosion; one inside it is taken
    /// for a change of the stream.</summary>
    public Dictionary<int, long> CalmThrough { get; set; } = [];

    public bool IsPoison(int partition, long offset) => Poison.Contains(new(partition, offset));

    public void AddPoison(int partition, long offset)
    {
        Poison.Add(new(partition, offset));
        if (Poison.Count > PoisonMax) Poison.RemoveAt(0);
    }

    public static bool Covers(Dictionary<int, long> through, int partition, long offset) =>
        offset <= through.GetValueOrDefault(partition);

    /// <summary>A place in the journal.</summary>
    internal readonly record struct Place(int Partition, long Offset);
}
