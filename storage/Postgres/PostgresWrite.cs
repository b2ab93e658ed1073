namespace Engage.Storage.Postgres;

/// <summary>
/// One caller's durable write. Whoever commits the group keeps the result with the write; it is told to the caller only
/// by <see cref="Complete"/>.
/// </summary>
/// <param name="rows">What it counts for in the queue.</param>
internal abstract class PostgresWrite(int rows, CancellationToken cancellationToken)
{
    public int Rows => rows;

    /// <summary>A write that has not begun can be withdrawn. One that has begun runs to its end.</summary>
    public CancellationToken CancellationToken => cancellationToken;

    /// <summary>When it was queued, as a timestamp of the lane's <see cref="TimeProvider"/>.</summary>
    public long QueuedAt { get; set; }

    /// <summary>The group is durable.</summary>
    public abstract void Complete();

    /// <summary>Nothing of this write was acknowledged.</summary>
    public abstract void Fail(Exception error);
}

/// <summary>A write with an awaitable result. Callers continue on the pool: a lane never runs their code.</summary>
internal abstract class PostgresWrite<TResult>(int rows, CancellationToken cancellationToken)
    : PostgresWrite(rows, cancellationToken)
{
    private readonly TaskCompletionSource<TResult> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task<TResult> Done => _done.Task;

    /// <summary>Known once the group was written; meaningful only when it is also committed.</summary>
    protected TResult? Result { get; set; }

    public override void Complete() => _done.TrySetResult(Result!);

    public override void Fail(Exception error)
    {
        if (error is OperationCanceledException) _done.TrySetCanceled(CancellationToken);
        else _done.TrySetException(error);
    }
}
