namespace Engage.LoadGen.Protocol;

/// <summary>
/// Where a program writes its result as JSON. It is opened before the measurement, so that a path that cannot be
/// written is told at once and not after the whole run; what the file held stays until there is a result.
/// </summary>
public sealed class JsonTarget : IDisposable
{
    private const string StandardOutput = "-";

    private readonly FileStream? _file;

    private JsonTarget(bool isStandardOutput, FileStream? file)
    {
        IsStandardOutput = isStandardOutput;
        _file = file;
    }

    /// <summary>Whether standard output belongs to the JSON, so that people read standard error.</summary>
    public bool IsStandardOutput { get; }

    /// <param name="target">A file, <c>-</c> for standard output, or null for nowhere.</param>
    /// <exception cref="IOException">The file cannot be created.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be written.</exception>
    public static JsonTarget Open(string? target)
    {
        if (target is null or StandardOutput)
            return new(target is not null, null);
        if (target.Length == 0)
            throw new InvalidDataException("--json: expected a file, or '-' for standard output.");
        return new(false, new(target, FileMode.OpenOrCreate, FileAccess.Write, FileShare.Read));
    }

    /// <summary>Writes the result, and a line end.</summary>
    public async Task WriteAsync(string json, CancellationToken cancellation)
    {
        if (IsStandardOutput)
            await Console.Out.WriteLineAsync(json.AsMemory(), cancellation);
        if (_file is null)
            return;
        // A pipe or a device has no length to cut.
        if (_file.CanSeek && _file.Length > 0)
            _file.SetLength(0);
        await using var writer = new StreamWriter(_file, leaveOpen: true);
        await writer.WriteAsync($"{json}\n".AsMemory(), cancellation);
    }

    public void Dispose() => _file?.Dispose();
}
