namespace Engage.Postgres;

/// <summary>A file system of a few megabytes that a server can keep a database on, and that can be filled.</summary>
public sealed class SmallDisk : IDisposable
{
    private readonly string _folder;

    private SmallDisk(string folder) => _folder = folder;

    /// <summary>Why there can be none here; null if there can.</summary>
    public static string? Missing { get; } = PostgresBinaries.Missing ?? Probe();

    /// <summary>The name under which the server knows it.</summary>
    public string Tablespace => "small_disk";

    /// <exception cref="InvalidOperationException">It cannot be mounted; the text says why.</exception>
    public static SmallDisk Mount(PostgresServer server, int megabytes)
    {
        var folder = Path.Combine(Path.GetDirectoryName(server.DataFolder)!, "small");
        Directory.CreateDirectory(folder);
        CommandLine.Run("mount", "-t", "tmpfs", "-o", $"size={megabytes}m,mode=0700", "tmpfs", folder);
        var disk = new SmallDisk(folder);
        var space = Path.Combine(folder, "space");
        Directory.CreateDirectory(space);
        if (Unprivileged.IsRoot) CommandLine.Run("chown", "-R", Unprivileged.User!, folder);
        server.Execute($"CREATE TABLESPACE {disk.Tablespace} LOCATION '{space}'");
        return disk;
    }

    /// <summary>Takes so much of its room; the file is somebody else's, not the server's.</summary>
    public void Occupy(int megabytes) => File.WriteAllBytes(Filler, new byte[megabytes * 1024 * 1024]);

    /// <summary>Gives back what <see cref="Occupy"/> took.</summary>
    public void Free() => File.Delete(Filler);

    public void Dispose() => CommandLine.TryRun("umount", "-l", _folder);

    private string Filler => Path.Combine(_folder, "filler");

    private static string? Probe()
    {
        if (!Unprivileged.IsRoot) return "a small file system can only be mounted by root";

        var folder = Directory.CreateTempSubdirectory("engage-mount-").FullName;
        var failure = CommandLine.TryRun("mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", folder);
        if (failure is null) CommandLine.TryRun("umount", "-l", folder);
        Directory.Delete(folder);
        return failure is null ? null : $"no small file system can be mounted: {failure.Trim()}";
    }
}
