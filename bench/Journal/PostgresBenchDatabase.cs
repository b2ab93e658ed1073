using Engage.Postgres;

namespace Engage.Bench.Journal;

/// <summary>A private server with PostgreSQL's own settings of durability, gone with the benchmark.</summary>
internal sealed class PostgresBenchDatabase : BenchDatabase
{
    private readonly PostgresServer _server = PostgresServer.Start("shared_buffers=256MB");
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("engage-bench-");

    public override string Name => "postgres";

    public override string Folder => _folder.FullName;

    public override KeyValuePair<string, string?> CreatePlace() =>
        new("ConnectionString", CreateDatabase().ConnectionString);

    public override PeerTable CreatePeerTable() => new PostgresPeerTable(CreateDatabase());

    public override void Dispose()
    {
        _server.Dispose();
        _folder.Delete(recursive: true);
    }

    /// <summary>What the last measurement left to write is written first, so that the next does not bear it.</summary>
    private PostgresDatabaseLease CreateDatabase()
    {
        _server.Execute("CHECKPOINT");
        return _server.CreateDatabase();
    }
}
