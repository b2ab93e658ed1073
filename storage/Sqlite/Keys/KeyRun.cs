namespace Engage.Storage.Sqlite.Keys;

/// <summary>Sorted keys in the database, written once and never changed; of it, the filter is kept in memory.</summary>
/// <param name="Id">Never used again, so that what is known of it stays true.</param>
/// <param name="Level">How many merges its keys went through.</param>
internal sealed record KeyRun(long Id, int Level, long Keys, int Chunks, KeyFilter Filter)
{
    private const string Live = "SELECT run, level, keys, chunks FROM journal_key_run ORDER BY run";
    private const string Pieces = "SELECT bits FROM journal_key_filter WHERE place >= ?1 AND place < ?2 ORDER BY place";

    private const string Insert =
        "INSERT INTO journal_key_run (run, level, keys, chunks) VALUES (?1, ?2, ?3, ?4)";

    /// <summary>Rows of a run in the tables of chunks and filters: from here to that of the next run.</summary>
    public static long Place(long run, int number = 0) => (run << 32) + number;

    /// <param name="known">Runs in memory: their filters need not be read again.</param>
    public static List<KeyRun> Load(SqliteSession session, IReadOnlyList<KeyRun> known) =>
        [.. session.Prepare(Live)
            .Rows(row => (Id: row.Int64(0), Level: (int)row.Int64(1), Keys: row.Int64(2), Chunks: (int)row.Int64(3)))
            .Select(row => known.FirstOrDefault(run => run.Id == row.Id)
                ?? new KeyRun(row.Id, row.Level, row.Keys, row.Chunks, LoadFilter(session, row.Id)))];

    public void Store(SqliteSession session) => session.Prepare(Insert)
        .Bind(1, Id).Bind(2, Level).Bind(3, Keys).Bind(4, Chunks).Run();

    /// <summary>Its chunks and its filter stay, to be swept.</summary>
    public void Forget(SqliteSession session) =>
        session.Prepare("DELETE FROM journal_key_run WHERE run = ?1").Bind(1, Id).Run();

    private static KeyFilter LoadFilter(SqliteSession session, long run) => KeyFilter.Of(
        session.Prepare(Pieces).Bind(1, Place(run)).Bind(2, Place(run + 1)).Rows(row => row.Blob(0).ToArray()));
}
