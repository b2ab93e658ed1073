using Engage.Contracts.Activity;

namespace Engage.Grains.Activity;

/// <summary>
/// What every projection stores: its figures and, in the same write, the offsets they include. That pair is what makes
/// a replay harmless: state and offset can never disagree.
/// </summary>
public class ProjectionState
{
    /// <summary>Partition -> the newest offset applied.</summary>
    /// <remarks>
    /// Made when first asked for, as all collections of states: most users were never here, or just look.
    /// </remarks>
    public Dictionary<int, long> Applied { get => field ??= []; set; }

    public Dictionary<ActivityKind, long> Counters { get => field ??= []; set; }

    /// <returns>False if the event is already in this state.</returns>
    public bool Advance(int partition, long offset)
    {
        if (Holds(new(partition, offset))) return false;

        Applied[partition] = offset;
        return true;
    }

    public bool Holds(JournalPosition position) =>
        Applied.GetValueOrDefault(position.Partition) >= position.Offset;

    public void Count(ActivityKind kind) => Counters[kind] = Counters.GetValueOrDefault(kind) + 1;
}
