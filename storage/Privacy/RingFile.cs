using System.Security.Cryptography;
using System.Text;
using Engage.Contracts.Files;

namespace Engage.Storage.Privacy;

/// <summary>How a secret gets onto the disk, whole, and off it again.</summary>
internal static class RingFile
{
    /// <summary>
    /// Named when it is whole and on the disk: a process that dies here leaves no broken key behind, and of several
    /// nodes one is first. The file that is there stays.
    /// </summary>
    public static void Create(string path, string text)
    {
        SecretFile.CreateFolder(Path.GetDirectoryName(path)!);
        SecretFile.TryCreate(path, Encoding.ASCII.GetBytes(text));
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
}
