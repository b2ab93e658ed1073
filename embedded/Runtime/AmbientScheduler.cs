using System.Runtime.CompilerServices;

namespace Engage.Embedded.Runtime;

/// <summary>
/// Makes a scheduler the <see cref="TaskScheduler.Current"/> of this thread without a task run by it.
/// </summary>
/// <remarks>
/// <para>
/// What is current is a property of the task that runs, and a task can run only once; so the public way costs a task,
/// its start and its end for every burst of turns: half of the time of a short call, and 64 bytes. Here each thread
/// keeps one task that never runs, and shows it as the running one with the scheduler of the burst.
/// </para>
/// <para>
/// That reads two private fields of <see cref="Task"/>, which have had these names since there are tasks. If a runtime
/// does not have them, or they mean something else, <see cref="IsSupported"/> is false and bursts run as tasks.
/// </para>
/// </remarks>
internal static class AmbientScheduler
{
    public static bool IsSupported { get; } = IsUnderstood();

    /// <summary>A task for <see cref="Enter"/>: one per thread.</summary>
    public static Task CreateCarrier() => new(static () => { }, TaskCreationOptions.DenyChildAttach);

    /// <returns>Where the thread keeps the task that runs: put <paramref name="before"/> back there.</returns>
    public static ref Task? Enter(TaskScheduler scheduler, Task carrier, out Task? before)
    {
        SchedulerOf(carrier) = scheduler;
        ref var current = ref CurrentTask(null);
        before = current;
        current = carrier;
        return ref current;
    }

    [UnsafeAccessor(UnsafeAccessorKind.StaticField, Name = "t_currentTask")]
    private static extern ref Task? CurrentTask(Task? task);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "m_taskScheduler")]
    private static extern ref TaskScheduler? SchedulerOf(Task task);

    private static bool IsUnderstood()
    {
        try
        {
            var probe = new Probe();
            var outside = TaskScheduler.Current;
            ref var current = ref Enter(probe, CreateCarrier(), out var before);
            var inside = TaskScheduler.Current;
            current = before;
            return ReferenceEquals(inside, probe) && ReferenceEquals(TaskScheduler.Current, outside);
        }
        catch (MissingFieldException)
        {
            return false;
        }
    }

    private sealed class Probe : TaskScheduler
    {
        protected override IEnumerable<Task> GetScheduledTasks() => [];

        protected override void QueueTask(Task task) => throw new NotSupportedException("Only looked at, never used.");

        protected override bool TryExecuteTaskInline(Task task, bool taskWasPreviouslyQueued) => false;
    }
}
