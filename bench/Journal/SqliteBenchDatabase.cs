namespace Engage.Bench.Journal;

internal sealed class SqliteBenchDatabase : BenchDatabase
{
    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("engage-bench-");
    private int _places;

    public override string Name => "sqlite";

    public override string Folder => _root.FullName;

    public override KeyValuePair<string, string?> CreatePlace() => new("Path", NextPath());

    public override PeerTable CreatePeerTable() => new SqlitePeerTable(NextPath() + ".db");

    public override void Dispose() => _root.Delete(recursive: true);

    private string NextPath() => Path.Combine(_root.FullName, $"{++_places}");
}
