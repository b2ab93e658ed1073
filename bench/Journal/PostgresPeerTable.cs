using Engage.Postgres;
using Npgsql;
using NpgsqlTypes;

namespace Engage.Bench.Journal;

internal sealed class PostgresPeerTable : PeerTable
{
    private const string Schema = """
        CREATE TABLE event (
            partition integer NOT NULL, "offset" bigint NOT NULL, user_id text COLLATE "C" NOT NULL,
            kind smallint NOT NULL, occurred_at bigint NOT NULL, event_id uuid NOT NULL, body bytea NOT NULL,
            PRIMARY KEY (partition, "offset"), UNIQUE (user_id, event_id)
        )
        """;

    private readonly NpgsqlConnection _connection;
    private readonly NpgsqlCommand _insert;
    private readonly NpgsqlParameter<int> _partition = new();
    private readonly NpgsqlParameter<long> _offset = new();
    private readonly NpgsqlParameter<string> _user = new();
    private readonly NpgsqlParameter<short> _kind = new();
    private readonly NpgsqlParameter<long> _occurredAt = new();
    private readonly NpgsqlParameter<Guid> _eventId = new();
    private readonly NpgsqlParameter<byte[]> _body = new();

    public PostgresPeerTable(PostgresDatabaseLease database)
    {
        database.Execute(Schema);
        _connection = database.Connect();
        _insert = new("INSERT INTO event VALUES ($1, $2, $3, $4, $5, $6, $7)", _connection)
        {
            Parameters = { _partition, _offset, _user, _kind, _occurredAt, _eventId, _body },
        };
        (_user.TypedValue, _body.TypedValue) = ("", []); // a type is not known without a value
        _insert.Prepare();
    }

    public override bool LoadsByCopy => true;

    public override void Load(long rows)
    {
        using var copy = _connection.BeginBinaryImport("COPY event FROM STDIN (FORMAT BINARY)");
        for (var number = 0L; number < rows; number++)
        {
            var row = JournalRow.Of(number);
            copy.StartRow();
            copy.Write(row.Partition, NpgsqlDbType.Integer);
            copy.Write(row.Offset, NpgsqlDbType.Bigint);
            copy.Write(row.User, NpgsqlDbType.Text);
            copy.Write((short)row.Kind, NpgsqlDbType.Smallint);
            copy.Write(row.OccurredAtMs, NpgsqlDbType.Bigint);
            copy.Write(row.EventId, NpgsqlDbType.Uuid);
            copy.Write(row.Body, NpgsqlDbType.Bytea);
        }
        copy.Complete();
    }

    public override void Settle()
    {
        using var checkpoint = new NpgsqlCommand("CHECKPOINT", _connection);
        checkpoint.ExecuteNonQuery();
    }

    public override void Insert(long number)
    {
        var row = JournalRow.Of(number);
        (_partition.TypedValue, _offset.TypedValue, _user.TypedValue) = (row.Partition, row.Offset, row.User);
        (_kind.TypedValue, _occurredAt.TypedValue) = ((short)row.Kind, row.OccurredAtMs);
        (_eventId.TypedValue, _body.TypedValue) = (row.EventId, row.Body);
        _insert.ExecuteNonQuery();
    }

    public override void Dispose()
    {
        _insert.Dispose();
        _connection.Dispose();
    }
}
