namespace Engage.Storage.Sqlite;

/// <summary>Which queue a write waits in. Appends are acknowledged to people, so they go first.</summary>
internal enum WriteLane
{
    Append,
    State,
}

/// <summary>
/// One caller's durable write. <see cref="Apply"/> runs on the writer's thread inside the group's transaction and keeps
/// its result to itself until <see cref="Complete"/>: it may be applied again when another request spoils the group.
/// </summary>
/// <param name="rows">What it counts for in the queue.</param>
internal abstract class WriteRequest(WriteLane lane, int rows, CancellationToken cancellationToken)
{
    public WriteLane Lane => lane;
    public int Rows => rows;

    /// <summary>
    /// A write that has not begun can be withdrawn. One that has begun runs to its end, so that the answer is never in
    /// doubt.
    /// </summary>
    public CancellationToken CancellationToken => cancellationToken;

    /// <summary>
    /// A refusal that concerns this caller alone (a conflict, a duplicate) is a result, not an exception.
    /// </summary>
    public abstract void Apply(SqliteSession session);

    /// <summary>
    /// The group is durable; on the writer's thread, outside of any transaction. What fails here takes nothing back.
    /// </summary>
    public virtual void Committed(SqliteSession session) { }

    /// <summary>The group is durable. Tells the caller; on any thread.</summary>
    public abstract void Complete();

    /// <summary>Nothing of this write was acknowledged.</summary>
    public abstract void Fail(Exception error);
}

/// <summary>A write with an awaitable result. Callers continue on the pool: the writer never runs their code.</summary>
internal abstract class WriteRequest<TResult>(WriteLane lane, int rows, CancellationToken cancellationToken)
    : WriteRequest(lane, rows, cancellationToken)
{
    private readonly TaskCompletionSource<TResult> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task<TResult> Done => _done.Task;

    protected TResult? Result { get; set; }

    protected abstract TResult Write(SqliteSession session);

    public override void Apply(SqliteSession session) => Result = Write(session);

    public override void Complete() => _done.SetResult(Result!);

    public override void Fail(Exception error)
    {
        if (error is OperationCanceledException) _done.SetCanceled(CancellationToken);
        else _done.SetException(error);
    }
}

/// <summary>For writes too small to deserve a class.</summary>
internal sealed class DelegateWrite<TResult>(
    WriteLane lane, Func<SqliteSession, TResult> write, CancellationToken cancellationToken)
    : WriteRequest<TResult>(lane, 1, cancellationToken)
{
    protected override TResult Write(SqliteSession session) => write(session);
}
