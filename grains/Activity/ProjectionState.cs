using Engage.Contracts.Activity;

namespace Engage.Grains.Activity;

/// <summary>
/// What every projection stores: its figures and, in the same write, the offsets they include. That pair is what makes
/// a replay harmless: state and offset can never disagree.
/// </summary>
public class ProjectionState
{
    private SmallMap<int> _applied;
    private SmallMap<ActivityKind> _counters;

    /// <summary>Partition -> the newest offset applied.</summary>
    public SmallMap<int> Applied { get => _applied; set => _applied = value; }

    public SmallMap<ActivityKind> Counters { get => _counters; set => _counters = value; }

    /// <returns>False if the event is already in this state.</returns>
    public bool Advance(int partition, long offset)
    {
        if (Holds(new(partition, offset))) return false;

        _applied.Set(partition, offset);
        return true;
    }

    public bool Holds(JournalPosition position) => _applied[position.Partition] >= position.Offset;

    public void Count(ActivityKind kind) => _counters.Set(kind, _counters[kind] + 1);
}
