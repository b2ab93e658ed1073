namespace Engage.Grains.Recommending;

/// <summary>
/// The one thread on which a silo's model learns, also what follows an await there. It takes what is queued one after
/// another, as turns of an actor are: whatever runs on it has the model to itself until its next await.
/// </summary>
/// <remarks>
/// <para>
/// Learning takes most of a processor for seconds on end, in pieces of tens of milliseconds. As turns of an actor these
/// took one of the few threads that all actors share, and a ranking passes through those on its way in and out. On
/// Linux, where .NET knows no priorities, the thread is also nicer than others: where they want the same processor it
/// gets a third of what they get. It still finishes the slice that it has begun, so whoever learns also gives the
/// processor away between two examples (<see cref="ModelTrainer"/>): of the two, neither suffices alone
/// (docs/results/2026-11-22-training-beside-scoring.md).
/// </para>
/// <para>
/// On Linux a thread is as nice as the one that began it, for good, and the pool begins a thread from wherever it is
/// given work. So work reaches the pool from here only by way of a second, ordinary thread: answers to whoever asked,
/// and what is asked of others (<see cref="RunElsewhere{T}"/>). Else all actors' threads would become as nice, one
/// after another.
/// </para>
/// <para>
/// Rejected: the lowest priority there is. Beside anything busy it starves, events pile up meanwhile, and a process
/// without privileges cannot take it back.
/// </para>
/// </remarks>
internal sealed class LearningThread : IDisposable
{
    private const int Niceness = 5;

    private readonly SingleThreadScheduler _learning = new("engage-learning", Niceness);
    private readonly SingleThreadScheduler _answering = new("engage-answering", niceness: 0);

    public Task Run(Func<Task> work) => Run(async () =>
    {
        await work();
        return true;
    });

    public Task<T> Run<T>(Func<Task<T>> work) => Answer(_learning.Run(work).Unwrap());

    public Task<T> Run<T>(Func<T> work) => Answer(_learning.Run(work));

    public Task Run(Action work) => Run(() =>
    {
        work();
        return true;
    });

    /// <summary>For what is not learning - reading, storing - and may give the pool work. What follows an await of it
    /// runs where it was awaited.</summary>
    public Task<T> RunElsewhere<T>(Func<Task<T>> work) => _answering.Run(work).Unwrap();

    public Task RunElsewhere(Func<Task> work) => _answering.Run(work).Unwrap();

    public void Dispose()
    {
        _learning.Dispose();
        _answering.Dispose();
    }

    /// <summary>The same, completed by the other thread; whoever awaits it goes on at neither.</summary>
    private Task<T> Answer<T>(Task<T> done)
    {
        var answer = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        done.ContinueWith(
            static (done, answer) => ((TaskCompletionSource<T>)answer!).SetFromTask(done), answer,
            CancellationToken.None, TaskContinuationOptions.DenyChildAttach, _answering);
        return answer.Task;
    }
}
