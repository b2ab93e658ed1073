namespace Engage.Api.Accounts;

/// <summary>
/// Secrets in files that their owner alone can read. A file appears when it is whole and on the disk: a process that
/// dies while it writes leaves no broken key behind.
/// </summary>
internal static class KeyFile
{
    /// <summary>One that is there already stays as it is: whoever shares it between nodes knows who may look.</summary>
    public static void CreateFolder(string folder)
    {
        if (OperatingSystem.IsWindows()) Directory.CreateDirectory(folder);
        else
            Directory.CreateDirectory(
                folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    /// <returns>False if another process was first: then what it wrote is the one that counts.</returns>
    public static bool TryCreate(string path, ReadOnlySpan<byte> content)
    {
        var unfinished = Write(path, content);
        try
        {
            File.Move(unfinished, path);
            return true;
        }
        catch (IOException) when (File.Exists(path))
        {
            File.Delete(unfinished);
            return false;
        }
    }

    public static void Replace(string path, ReadOnlySpan<byte> content) =>
        File.Move(Write(path, content), path, overwrite: true);

    private static string Write(string path, ReadOnlySpan<byte> content)
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        var unfinished = $"{path}.{Guid.NewGuid():n}";
        using var file = new FileStream(unfinished, options);
        file.Write(content);
        file.Flush(flushToDisk: true);
        return unfinished;
    }
}
