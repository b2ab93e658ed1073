namespace Engage.Storage.Sqlite;

/// <summary>The weights of models as rows that are small enough to be written between two acknowledgements.</summary>
internal static class ModelPieces
{
    /// <summary>A twentieth of a millisecond in a commit.</summary>
    public const int Bytes = 65_536;

    private const int SweptAtOnce = 4;

    private const string NextUpload =
        "UPDATE storage_counter SET value = value + 1 WHERE name = 'model_upload' RETURNING value";

    private const string Insert = "INSERT INTO model_piece (place, bytes) VALUES (?1, ?2)";
    private const string OfUpload = "SELECT bytes FROM model_piece WHERE place >= ?1 AND place < ?2 ORDER BY place";

    private const string Sweep = """
        DELETE FROM model_piece WHERE place IN (
            SELECT place FROM model_piece WHERE place >> 32 NOT IN (SELECT upload FROM model) LIMIT ?1)
        """;

    public static long Begin(SqliteSession session) => session.Prepare(NextUpload).Scalar()!.Value;

    public static int Store(SqliteSession session, long upload, int number, ReadOnlySpan<byte> weights) =>
        session.Prepare(Insert)
            .Bind(1, Place(upload) + number)
            .Bind(2, weights.Slice(number * Bytes, Math.Min(Bytes, weights.Length - (number * Bytes))))
            .Run();

    public static byte[] Load(SqliteSession session, long upload)
    {
        var pieces = session.Prepare(OfUpload)
            .Bind(1, Place(upload)).Bind(2, Place(upload + 1))
            .Rows(row => row.Blob(0).ToArray());
        var weights = new byte[pieces.Sum(piece => piece.Length)];
        var length = 0;
        foreach (var piece in pieces)
        {
            piece.CopyTo(weights, length);
            length += piece.Length;
        }
        return weights;
    }

    /// <summary>Removes a few pieces that no model names. Not while one is being uploaded.</summary>
    /// <returns>True if there may be more.</returns>
    public static bool SweepSome(SqliteSession session) =>
        session.Prepare(Sweep).Bind(1, SweptAtOnce).Run() == SweptAtOnce;

    private static long Place(long upload) => upload << 32;
}
