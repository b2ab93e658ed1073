using System.Runtime.InteropServices;

namespace Engage.Contracts.Files;

/// <summary>
/// Secrets in files that their owner alone can read. A file appears when it is whole and on the disk: a process that
/// dies while it writes leaves no broken key behind.
/// </summary>
public static partial class SecretFile
{
    /// <summary>EEXIST, on every Unix.</summary>
    private const int AlreadyThere = 17;

    /// <summary>One that is there already stays as it is: whoever shares it between nodes knows who may look.</summary>
    public static void CreateFolder(string folder)
    {
        if (OperatingSystem.IsWindows()) Directory.CreateDirectory(folder);
        else
            Directory.CreateDirectory(
                folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    /// <summary>Of several nodes that do it at once, on a folder that they share, one is first.</summary>
    /// <returns>False if another was first: then what it wrote is the one that counts.</returns>
    public static bool TryCreate(string path, ReadOnlySpan<byte> content)
    {
        var unfinished = Write(path, content);
        try
        {
            return TryName(unfinished, path);
        }
        finally
        {
            File.Delete(unfinished);
        }
    }

    /// <summary>Puts another content in the file's place.</summary>
    public static void Replace(string path, ReadOnlySpan<byte> content) =>
        File.Move(Write(path, content), path, overwrite: true);

    /// <summary>
    /// A second name for the same file: the one way to name it that never takes a name from another file.
    /// <see cref="File.Move(string, string)"/> looks, and then renames whatever has come between.
    /// </summary>
    private static bool TryName(string unfinished, string path)
    {
        if (!OperatingSystem.IsWindows())
        {
            if (Link(unfinished, path) == 0) return true;
            if (Marshal.GetLastPInvokeError() == AlreadyThere) return false;
        }
        // Windows, where it is one step, or a file system without second names.
        try
        {
            File.Move(unfinished, path);
            return true;
        }
        catch (IOException) when (File.Exists(path))
        {
            return false;
        }
    }

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

    [LibraryImport("libc", EntryPoint = "link", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Link(string existing, string added);
}
