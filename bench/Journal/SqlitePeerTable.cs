using Microsoft.Data.Sqlite;

namespace Engage.Bench.Journal;

/// <summary>The connection is set as the journal's own: a log beside the file, and every commit synced.</summary>
internal sealed class SqlitePeerTable : PeerTable
{
    private const string Schema = """
        PRAGMA journal_mode = WAL;
        PRAGMA synchronous = FULL;
        PRAGMA cache_size = -65536;
        PRAGMA wal_autocheckpoint = 4000;
        CREATE TABLE event (
            partition INTEGER NOT NULL, "offset" INTEGER NOT NULL, user_id TEXT NOT NULL, kind INTEGER NOT NULL,
            occurred_at INTEGER NOT NULL, event_id BLOB NOT NULL, body BLOB NOT NULL,
            PRIMARY KEY (partition, "offset"), UNIQUE (user_id, event_id)
        ) WITHOUT ROWID
        """;

    private readonly SqliteConnection _connection;
    private readonly SqliteCommand _insert;

    public SqlitePeerTable(string file)
    {
        _connection = new($"Data Source={file};Pooling=False");
        _connection.Open();
        Execute(Schema);
        _insert = _connection.CreateCommand();
        _insert.CommandText = "INSERT INTO event VALUES ($1, $2, $3, $4, $5, $6, $7)";
        for (var i = 1; i <= 7; i++) _insert.Parameters.Add(new() { ParameterName = $"${i}" });
    }

    public override bool LoadsByCopy => false;

    public override void Load(long rows)
    {
        Execute("BEGIN");
        for (var number = 0L; number < rows; number++) Insert(number);
        Execute("COMMIT");
    }

    public override void Settle() => Execute("PRAGMA wal_checkpoint(TRUNCATE)");

    public override void Insert(long number)
    {
        var row = JournalRow.Of(number);
        object[] values =
        [
            row.Partition, row.Offset, row.User, row.Kind, row.OccurredAtMs,
            row.EventId.ToByteArray(bigEndian: true), row.Body,
        ];
        for (var i = 0; i < values.Length; i++) _insert.Parameters[i].Value = values[i];
        _insert.ExecuteNonQuery();
    }

    public override void Dispose()
    {
        _insert.Dispose();
        _connection.Dispose();
    }

    private void Execute(string sql)
    {
        using var command = new SqliteCommand(sql, _connection);
        command.ExecuteNonQuery();
    }
}
