namespace Engage.Faults.Tests;

/// <summary>Counts acknowledged events and lets others wait until a number is reached.</summary>
internal sealed class Milestones(IEnumerable<int> counts)
{
    private readonly (int Count, TaskCompletionSource Reached)[] _all = counts
        .Select(count => (count, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)))
        .ToArray();

    private int _acknowledged;

    /// <summary>Events acknowledged so far.</summary>
    public int Acknowledged => Volatile.Read(ref _acknowledged);

    /// <summary>In the order in which they were given.</summary>
    public IEnumerable<Task> Reached => _all.Select(milestone => milestone.Reached.Task);

    public void Add(int events)
    {
        var now = Interlocked.Add(ref _acknowledged, events);
        foreach (var (count, reached) in _all)
            if (now >= count)
                reached.TrySetResult();
    }
}
