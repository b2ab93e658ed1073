using System.IO.Pipelines;

namespace Engage.Api.Realtime.Transport;

/// <summary>
/// The hub reads a message on the thread that received it: no hop. Whatever else wakes the hub - a timer, the end of
/// the connection - does so on a thread of the pool, since it may run long.
/// </summary>
internal sealed class InboxScheduler : PipeScheduler
{
    public static readonly InboxScheduler Instance = new();

    [ThreadStatic]
    private static bool t_receiving;

    private InboxScheduler()
    {
    }

    public static ValueTask<FlushResult> FlushAsync(PipeWriter inbox)
    {
        t_receiving = true;
        try
        {
            return inbox.FlushAsync();
        }
        finally
        {
            t_receiving = false;
        }
    }

    public override void Schedule(Action<object?> action, object? state)
    {
        if (!t_receiving)
        {
            System.Threading.ThreadPool.UnsafeQueueUserWorkItem(action, state, preferLocal: false);
            return;
        }
        t_receiving = false;
        action(state);
    }
}
