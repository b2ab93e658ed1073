using System.Security.Cryptography;
using System.Text;

namespace Engage.Storage.Privacy;

/// <summary>How a secret gets onto the disk, whole, and off it again.</summary>
internal static class RingFile
{
    /// <summary>
    /// Moved into place when it is whole and on the disk: a process that dies here leaves no broken key behind, and of
    /// several nodes one is first. The file that is there stays.
    /// </summary>
    public static void Create(string path, string text)
    {
        CreateFolder(Path.GetDirectoryName(path)!);
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;

        var unfinished = $"{path}.{Guid.NewGuid():n}";
        using (var file = new FileStream(unfinished, options))
        {
            file.Write(Encoding.ASCII.GetBytes(text));
            file.Flush(flushToDisk: true);
        }
        try
        {
            File.Move(unfinished, path);
        }
        catch (IOException) when (File.Exists(path))
        {
            File.Delete(unfinished);
        }
        // Journaling file systems write a file's new name with the file.
        using var named = new FileStream(path, FileMode.Open, FileAccess.ReadWrite);
        named.Flush(flushToDisk: true);
    }

    /// <summary>
    /// Overwritten before it goes: its blocks may stay on the disk for long. Under another name, so that nobody reads
    /// half of it meanwhile.
    /// </summary>
    public static void Remove(string path)
    {
        var leaving = $"{path}.{Guid.NewGuid():n}";
        try
        {
            File.Move(path, leaving);
        }
        catch (FileNotFoundException)
        {
            // Another node was first.
            return;
        }
        using (var file = new FileStream(leaving, FileMode.Open, FileAccess.Write))
        {
            file.Write(RandomNumberGenerator.GetBytes((int)file.Length));
            file.Flush(flushToDisk: true);
        }
        File.Delete(leaving);
    }

    private static void CreateFolder(string folder)
    {
        if (OperatingSystem.IsWindows()) Directory.CreateDirectory(folder);
        else Directory.CreateDirectory(
            folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }
}
