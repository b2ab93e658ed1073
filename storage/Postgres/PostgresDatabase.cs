using System.Diagnostics.Metrics;
using Engage.Storage.Books;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Engage.Storage.Postgres;

/// <summary>
/// The open database: lanes that write, and connections that read. Journal, grain storage and catalogue stand on it.
/// Several processes may have it open. Dispose it after whoever writes has stopped: what waits is still written, what
/// comes later is refused.
/// </summary>
public sealed partial class PostgresDatabase : IStorageProbe, IAsyncDisposable, IDisposable
{
    private const string Probe =
        "UPDATE storage_counter SET value = value + 1 WHERE name = 'probe' RETURNING value";

    private readonly NpgsqlDataSource _source;
    private readonly PostgresReaders _readers;
    private readonly RowBudget _appendBudget;
    private readonly RowBudget _stateBudget;
    private readonly RowBudget _roomBudget;
    private readonly RowBudget _bookBudget;

    /// <summary>
    /// All but the journal and the rooms, on a connection of its own: a model of many megabytes is in nobody's way.
    /// </summary>
    private readonly GroupLane<PostgresWrite> _states;

    /// <summary>The logs of the rooms: people wait for them, and never behind the journal's larger groups.</summary>
    private readonly GroupLane<RoomAppendWrite> _rooms;

    /// <summary>The books: whoever pays waits for nobody who only talks.</summary>
    private readonly GroupLane<PostgresBookWrite> _books;

    private bool _disposed;

    private PostgresDatabase(
        StorageOptions options,
        NpgsqlDataSource source,
        string server,
        TimeProvider time,
        IMeterFactory? meters,
        ILogger logger)
    {
        (Options, Time, Server, _source) = (options, time, server, source);
        Tails = [.. Enumerable.Range(0, options.PartitionCount).Select(_ => new TailRing(options.TailEventsMax))];
        _readers = new PostgresReaders(source, server, options.RetryMax, time);

        Metrics = new StorageMetrics(
            meters, () => Rows(_appendBudget) + Rows(_stateBudget) + Rows(_roomBudget) + Rows(_bookBudget));
        _appendBudget = new RowBudget(options.WriteQueueMax, Metrics);
        _stateBudget = new RowBudget(options.WriteQueueMax, Metrics);
        _roomBudget = new RowBudget(options.WriteQueueMax, Metrics);
        _bookBudget = new RowBudget(options.WriteQueueMax, Metrics);
        var secondsMax = Math.Max(1, (int)Math.Ceiling(options.RetryMax.TotalSeconds));
        var lanes = Math.Min(options.JournalLanes, options.PartitionCount);
        Journal = new JournalLanes(
            [.. Enumerable.Range(0, lanes).Select(_ =>
                Lane(new JournalGroupWriter(Tails, secondsMax), options.GroupRowsMax, _appendBudget))], _appendBudget);
        _states = Lane(new StateGroupWriter(), options.StateGroupMax, _stateBudget);
        _rooms = Lane(new RoomGroupWriter(secondsMax), options.GroupRowsMax, _roomBudget);
        _books = Lane(new BookGroupWriter(secondsMax), options.GroupRowsMax, _bookBudget);

        static long Rows(RowBudget? budget) => budget?.Rows ?? 0;

        GroupLane<TWrite> Lane<TWrite>(GroupWriter<TWrite> writer, int groupMax, RowBudget budget)
            where TWrite : PostgresWrite => new(
            new(groupMax, options.LingerMax, options.RetryMax), writer, new LaneConnection(source, server, time),
            budget, time, Metrics, logger);
    }

    internal StorageMetrics Metrics { get; }
    internal StorageOptions Options { get; }
    internal TimeProvider Time { get; }
    internal TailRing[] Tails { get; }

    /// <summary>What people wait for.</summary>
    internal JournalLanes Journal { get; }

    /// <summary>Database, host and port: what may be shown to people.</summary>
    public string Server { get; }

    /// <summary>Connects, brings the schema up to date and starts the lanes.</summary>
    /// <exception cref="ArgumentException">An option is out of range, or the connection string cannot be
    /// read.</exception>
    /// <exception cref="StorageException">The server cannot be reached or refuses, or the database is newer, or made
    /// with another partition count.</exception>
    public static async Task<PostgresDatabase> OpenAsync(
        StorageOptions options,
        TimeProvider time,
        IMeterFactory? meters,
        ILogger<PostgresDatabase> logger,
        CancellationToken cancellationToken = default)
    {
        options.Validate();
        var settings = PostgresConnectionString.Parse(options.ConnectionString);
        var source = await PostgresStart
            .PrepareAsync(settings, options, time, logger, cancellationToken).ConfigureAwait(false);
        var server = PostgresConnectionString.Describe(settings);
        LogOpened(logger, server, options.PartitionCount);
        return new PostgresDatabase(options, source, server, time, meters, logger);
    }

    /// <inheritdoc cref="OpenAsync"/>
    public static PostgresDatabase Open(
        StorageOptions options, TimeProvider time, IMeterFactory? meters, ILogger<PostgresDatabase> logger) =>
        Task.Run(() => OpenAsync(options, time, meters, logger)).GetAwaiter().GetResult();

    /// <inheritdoc/>
    public Task CheckAsync(CancellationToken cancellationToken) => WriteAsync(new StateWrite<long>(
        (StateKind.Probe, 0), Probe, static _ => { }, static row => row!.GetInt64(0), cancellationToken));

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_disposed) return;
        _disposed = true;
        await Journal.DisposeAsync().ConfigureAwait(false);
        await _rooms.DisposeAsync().ConfigureAwait(false);
        await _books.DisposeAsync().ConfigureAwait(false);
        await _states.DisposeAsync().ConfigureAwait(false);
        await _source.DisposeAsync().ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public void Dispose() => Task.Run(() => DisposeAsync().AsTask()).GetAwaiter().GetResult();

    /// <exception cref="Contracts.BusyException">The queue is full; nothing was appended.</exception>
    internal Task<DuplicateEntry[]> AppendAsync(RoomAppendWrite write)
    {
        _roomBudget.Reserve(write.Rows);
        _rooms.Add(write);
        return write.Done;
    }

    /// <exception cref="Contracts.BusyException">The queue is full; nothing was written.</exception>
    internal Task<BookOutcome> CommitAsync(PostgresBookWrite write)
    {
        _bookBudget.Reserve(write.Rows);
        _books.Add(write);
        return write.Done;
    }

    internal Task<TResult> WriteAsync<TResult>(StateWrite<TResult> write)
    {
        _stateBudget.Reserve(write.Rows);
        _states.Add(write);
        return write.Done;
    }

    /// <summary>For what reads longer than a query; the caller closes it.</summary>
    /// <exception cref="StorageException">The server cannot be reached.</exception>
    internal async ValueTask<NpgsqlConnection> ConnectAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await _source.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception error) when (PostgresFailure.Is(error))
        {
            throw PostgresFailure.Describe(error, Server, unknown: false);
        }
    }

    /// <inheritdoc cref="PostgresReaders.ReadAsync"/>
    internal ValueTask<TRow[]> ReadAsync<TArg, TRow>(
        string sql,
        TArg arg,
        Action<NpgsqlParameterCollection, TArg> bind,
        Func<NpgsqlDataReader, TArg, TRow> decode,
        CancellationToken cancellationToken) =>
        _readers.ReadAsync(sql, arg, bind, decode, cancellationToken);

    [LoggerMessage(Level = LogLevel.Information, Message = "Database {Server} open, {Partitions} journal partitions")]
    private static partial void LogOpened(ILogger logger, string server, int partitions);
}
