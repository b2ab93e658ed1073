using System.Collections.Concurrent;
using Microsoft.Data.Sqlite;

namespace Engage.Storage.Sqlite;

/// <summary>
/// Connections that read. SQLite has no asynchronous I/O: a read runs inline on its caller's thread, where it takes
/// microseconds from the page cache and would only be slower behind another queue. The number of connections bounds how
/// many threads can be inside SQLite at once; further readers wait without a thread.
/// </summary>
internal sealed class SqliteReaders(string file, int readersMax) : IDisposable
{
    private readonly SemaphoreSlim _free = new(readersMax);
    private readonly ConcurrentBag<SqliteSession> _idle = [];
    private volatile bool _closed;

    public async ValueTask<TResult> ReadAsync<TArg, TResult>(
        Func<SqliteSession, TArg, TResult> read, TArg arg, CancellationToken cancellationToken)
    {
        await _free.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            ObjectDisposedException.ThrowIf(_closed, this);
            var session = _idle.TryTake(out var idle) ? idle : SqliteSession.OpenReader(file);
            var result = Read(session, read, arg);
            _idle.Add(session);
            return result;
        }
        finally
        {
            _free.Release();
        }
    }

    /// <summary>After the last reader has left.</summary>
    public void Dispose()
    {
        _closed = true;
        for (var i = 0; i < readersMax; i++) _free.Wait();
        while (_idle.TryTake(out var session)) session.Dispose();
        // Whoever still waits comes in and is refused; the semaphore itself holds nothing that must be freed.
        _free.Release(readersMax);
    }

    /// <summary>A connection that threw is not used again: what state it is in would be a guess.</summary>
    private TResult Read<TArg, TResult>(SqliteSession session, Func<SqliteSession, TArg, TResult> read, TArg arg)
    {
        try
        {
            return read(session, arg);
        }
        catch (Exception error)
        {
            session.Dispose();
            if (error is SqliteException) throw SqliteFailure.Describe(error, file);
            throw;
        }
    }
}
