using System.Collections.Concurrent;

namespace Engage.Actors.Tests;

/// <summary>
/// Lets a test hold a grain at a point and see that it is there. Copies of a gate, which is what a grain gets, are the
/// same gate: only its number crosses, and silo and test share the process.
/// </summary>
[GenerateSerializer, Alias("test.gate")]
public sealed class Gate
{
    private static readonly ConcurrentDictionary<int, Door> Doors = new();
    private static int s_last;

    [Id(0)]
    public int Number { get; init; } = Interlocked.Increment(ref s_last);

    public Task Reached => Own.Reached.Task.WaitAsync(TestSilo.Patience);

    public bool IsReached => Own.Reached.Task.IsCompleted;

    private Door Own => Doors.GetOrAdd(Number, static _ => new());

    public void Open() => Own.Opened.TrySetResult();

    public Task Pass()
    {
        Own.Reached.TrySetResult();
        return Own.Opened.Task;
    }

    private sealed class Door
    {
        public TaskCompletionSource Reached { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public TaskCompletionSource Opened { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
