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
    [ThreadStatic]
    private static Task? t_carrier;

    public static bool IsSupported { get; } = IsUnderstood();

    /// <returns>What <see cref="Leave"/> is to be given.</returns>
    public static Task? Enter(TaskScheduler scheduler)
    {
        var carrier = t_carrier ??= new(static () => { }, TaskCreationOptions.DenyChildAttach);
        SchedulerOf(carrier) = scheduler;
        ref var current = ref CurrentTask(null);
        var before = current;
        current = carrier;
        return before;
    }

    public static void Leave(Task? before)
    {
        CurrentTask(null) = before;
        SchedulerOf(t_carrier!) = null;
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
            var before = Enter(probe);
            var inside = TaskScheduler.Current;
            Leave(before);
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
