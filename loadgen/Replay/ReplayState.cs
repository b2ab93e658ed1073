using System.Text.Json;

namespace Engage.LoadGen.Replay;

/// <summary>
/// What the server said about one event: the list served before it (null when it was not tested) and its position.
/// </summary>
internal sealed record AnsweredEvent(IReadOnlyList<string>? Served, string? Position);

/// <summary>
/// The answered events of a replay, one JSON line each, in order. A replay that finds them goes through the same loop
/// and takes these answers instead of asking again, so that its metrics are those of the whole. A last line that was
/// cut by a crash is dropped: its event is sent again, which is harmless.
/// </summary>
internal sealed class ReplayState : IDisposable
{
    private readonly StreamWriter? _writer;

    public ReplayState(string? path)
    {
        if (path is null)
            return;
        Known = File.Exists(path) ? Read(path) : [];
        // Written anew rather than appended to, so that a line that was cut does not stay in the middle.
        _writer = new(path, append: false);
        foreach (var answered in Known)
            Write(answered);
    }

    /// <summary>Events answered in earlier runs.</summary>
    public IReadOnlyList<AnsweredEvent> Known { get; } = [];

    public void Add(AnsweredEvent answered)
    {
        Write(answered);
        _writer?.Flush();
    }

    public void Dispose() => _writer?.Dispose();

    private void Write(AnsweredEvent answered) => _writer?.WriteLine(JsonSerializer.Serialize(answered));

    private static List<AnsweredEvent> Read(string path)
    {
        var known = new List<AnsweredEvent>();
        foreach (var line in File.ReadLines(path))
        {
            try
            {
                known.Add(JsonSerializer.Deserialize<AnsweredEvent>(line)!);
            }
            catch (JsonException)
            {
                break;
            }
        }

        return known;
    }
}
