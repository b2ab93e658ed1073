namespace Engage.Bench.Journal;

/// <summary>
/// The device's limit: the bytes of a group appended to a plain file, and one fsync. Rows are encoded beforehand, so
/// that nothing is measured but the disk.
/// </summary>
internal static class FileAndFsync
{
    private const int EncodedRows = 4_096, RowBytesMax = 1_024;

    public static Measured Run(string folder, int groupRows, Pace pace)
    {
        var (bytes, ends) = Encode();
        var buffer = new byte[groupRows * RowBytesMax];
        var length = 0L;
        using var file = File.OpenHandle(
            Path.Combine(folder, Path.GetRandomFileName()), FileMode.CreateNew, FileAccess.Write,
            options: FileOptions.DeleteOnClose);
        return SyncLoop.Run(
            (first, rows) =>
            {
                var filled = 0;
                for (var row = 0; row < rows; row++)
                {
                    var index = (int)((first + row) % EncodedRows);
                    var encoded = bytes.AsSpan(ends[index]..ends[index + 1]);
                    encoded.CopyTo(buffer.AsSpan(filled));
                    filled += encoded.Length;
                }
                RandomAccess.Write(file, buffer.AsSpan(0, filled), length);
                RandomAccess.FlushToDisk(file);
                length += filled;
            },
            0, groupRows, pace);
    }

    private static (byte[] Bytes, int[] Ends) Encode()
    {
        var bytes = new byte[EncodedRows * RowBytesMax];
        var ends = new int[EncodedRows + 1];
        for (var row = 0; row < EncodedRows; row++)
            ends[row + 1] = ends[row] + JournalRow.Of(row).Encode(bytes.AsSpan(ends[row]));
        return (bytes, ends);
    }
}
