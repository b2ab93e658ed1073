namespace Engage.Storage.Sqlite;

/// <summary>
/// One process owns a data folder. The lock is the kernel's (flock), not the file's existence: it ends with the process
/// however it dies, so a stale file is no obstacle.
/// </summary>
internal sealed class FolderLock : IDisposable
{
    public const string FileName = "engage.lock";

    private readonly FileStream _file;

    private FolderLock(FileStream file) => _file = file;

    /// <exception cref="StorageException">Another process, or another opening in this one, owns the folder.</exception>
    public static FolderLock Take(string folder)
    {
        var path = Path.Combine(folder, FileName);
        try
        {
            return new(new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
        }
        catch (UnauthorizedAccessException error)
        {
            throw new StorageException(
                $"The data folder '{folder}' cannot be written ({error.Message}). Give this user the right to, "
                + "or choose another folder.", error);
        }
        catch (IOException error)
        {
            throw new StorageException(
                $"The data folder '{folder}' is in use: '{FileName}' in it is locked ({error.Message}). Stop the "
                + "process that serves this folder, or give this one another folder.", error);
        }
    }

    public void Dispose() => _file.Dispose();
}
