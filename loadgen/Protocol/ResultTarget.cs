namespace Engage.LoadGen.Protocol;

/// <summary>
/// Where a program writes its result. It is opened before the measurement, so that a path that cannot be
/// written is told at once and not after the whole run; what the file held stays until there is a result.
/// </summary>
public sealed class ResultTarget : IDisposable
{
    private const string StandardOutput = "-";

    private readonly FileStream? _file;

    private ResultTarget(bool isStandardOutput, FileStream? file)
    {
        IsStandardOutput = isStandardOutput;
        _file = file;
    }

    /// <summary>Whether standard output belongs to the result, so that people read standard error.</summary>
    public bool IsStandardOutput { get; }

    /// <param name="target">A file, <c>-</c> for standard output, or null for nowhere.</param>
    /// <param name="option">What asked for it, for errors.</param>
    /// <exception cref="IOException">The file cannot be created.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be written.</exception>
    public static ResultTarget Open(string? target, string option = "--json")
    {
        if (target is null or StandardOutput)
            return new(target is not null, null);
        if (target.Length == 0)
            throw new InvalidDataException($"{option}: expected a file, or '-' for standard output.");
        return new(false, new(target, FileMode.OpenOrCreate, FileAccess.Write, FileShare.Read));
    }

    /// <summary>Writes the result, and a line end.</summary>
    public async Task WriteAsync(string text, CancellationToken cancellation)
    {
        if (IsStandardOutput)
            await Console.Out.WriteLineAsync(text.AsMemory(), cancellation);
        if (_file is null)
            return;
        // A pipe or a device has no length to cut.
        if (_file.CanSeek && _file.Length > 0)
            _file.SetLength(0);
        await using var writer = new StreamWriter(_file, leaveOpen: true);
        await writer.WriteAsync($"{text}\n".AsMemory(), cancellation);
    }

    public void Dispose() => _file?.Dispose();
}
