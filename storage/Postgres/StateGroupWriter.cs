using Npgsql;

namespace Engage.Storage.Postgres;

/// <summary>A statement that gives one row or none, on its way in a group of such.</summary>
internal interface IStateWrite
{
    /// <summary>
    /// A group's writes go in this order, so that two processes never wait for each other's rows crosswise.
    /// </summary>
    (StateKind Kind, long Key) Order { get; }

    NpgsqlBatchCommand Statement();

    /// <param name="row">Null when the statement gave none.</param>
    void Read(NpgsqlDataReader? row);
}

internal enum StateKind
{
    GrainState,
    Reminder,
    Model,
    Catalogue,
    PersonalKey,
    Probe,
}

/// <param name="bind">Adds the parameters, by position.</param>
/// <param name="read">The result, from the row that the statement gave.</param>
internal sealed class StateWrite<TResult>(
    (StateKind Kind, long Key) order,
    string sql,
    Action<NpgsqlParameterCollection> bind,
    Func<NpgsqlDataReader?, TResult> read,
    CancellationToken cancellationToken) : PostgresWrite<TResult>(1, cancellationToken), IStateWrite
{
    public (StateKind Kind, long Key) Order => order;

    public NpgsqlBatchCommand Statement()
    {
        var command = new NpgsqlBatchCommand(sql);
        bind(command.Parameters);
        return command;
    }

    public void Read(NpgsqlDataReader? row) => Result = read(row);
}

/// <summary>Writes a group of states as one batch: one round trip, one transaction.</summary>
internal sealed class StateGroupWriter : GroupWriter<PostgresWrite>
{
    /// <inheritdoc/>
    /// <remarks>
    /// Whether a state with an unknown outcome was stored, its grain must find out by reading: repeated, the write
    /// would meet its own version and look like somebody else's.
    /// </remarks>
    public override bool MayRepeat => false;

    /// <inheritdoc/>
    public override async Task WriteAsync(NpgsqlConnection connection, IReadOnlyList<PostgresWrite> group)
    {
        var ordered = group.Cast<IStateWrite>().OrderBy(write => write.Order).ToList();
        using var batch = new NpgsqlBatch(connection);
        foreach (var write in ordered) batch.BatchCommands.Add(write.Statement());

        using var reader = await batch.ExecuteReaderAsync().ConfigureAwait(false);
        foreach (var write in ordered)
        {
            write.Read(await reader.ReadAsync().ConfigureAwait(false) ? reader : null);
            // After the last one this is the server's word that all is committed.
            await reader.NextResultAsync().ConfigureAwait(false);
        }
    }
}
