using System.Security.Cryptography;
using System.Text.Json;
using Engage.LoadGen.Reconciling;

namespace Engage.LoadGen.Replay;

/// <summary>What the server said about one event.</summary>
/// <param name="Served">The list served before it; null when it was not tested.</param>
/// <param name="Position">Its position in the journal.</param>
/// <param name="Counted">Whether the actors must count it on top of their baselines.</param>
/// <param name="Rejected">Whether the server refused it.</param>
internal sealed record AnsweredEvent(
    IReadOnlyList<string>? Served, string? Position, bool Counted = false, bool Rejected = false);

/// <summary>Which replay a state file belongs to: its first line.</summary>
internal sealed record StateHeader(string Format, string File, string Sha256, string Server)
{
    private const string PresentFormat = "engage-replay-state-1";

    public static StateHeader Of(string file, Uri server)
    {
        using var data = System.IO.File.OpenRead(file);
        return new(
            PresentFormat, Path.GetFileName(file), Convert.ToHexString(SHA256.HashData(data)), server.AbsoluteUri);
    }
}

/// <summary>
/// The answered events of a replay, one JSON line each, in order, and between them what each actor had counted before
/// its first event. A replay that finds them goes through the same loop and takes these answers instead of asking
/// again, so that its metrics and its reconciliation are those of the whole. A last line that was cut by a crash is
/// dropped: its event is sent again, which is harmless.
/// </summary>
internal sealed class ReplayState : IDisposable
{
    private readonly List<AnsweredEvent> _known = [];
    private readonly Dictionary<Actor, IReadOnlyDictionary<string, long>> _baselines = [];
    private StreamWriter? _writer;

    private ReplayState()
    {
    }

    /// <summary>Remembers nothing.</summary>
    public static ReplayState None() => new();

    /// <summary>Goes on from <paramref name="path"/>, or begins it.</summary>
    /// <exception cref="InvalidDataException">The file is something else, or of another replay; it stays as it
    /// is.</exception>
    public static ReplayState Open(string path, StateHeader header)
    {
        var state = new ReplayState();
        var kept = new List<string> { JsonSerializer.Serialize(header) };
        if (new FileInfo(path) is { Exists: true, Length: > 0 })
        {
            var lines = File.ReadLines(path);
            CheckHeader(path, lines.First(), header);
            state.Take(path, [.. lines.Skip(1)], kept);
        }

        // Written beside it and moved over it, so that a crash here loses nothing of what is known.
        var fresh = $"{path}.{Path.GetRandomFileName()}";
        File.WriteAllLines(fresh, kept);
        File.Move(fresh, path, overwrite: true);
        state._writer = new(path, append: true) { AutoFlush = true };
        return state;
    }

    /// <summary>Events answered in earlier runs.</summary>
    public IReadOnlyList<AnsweredEvent> Known => _known;

    /// <summary>What actors had counted before their first event, from earlier runs.</summary>
    public IReadOnlyDictionary<Actor, IReadOnlyDictionary<string, long>> Baselines => _baselines;

    public void Add(AnsweredEvent answered) => Write(new(answered, null));

    public void Add(Actor actor, IReadOnlyDictionary<string, long> counters) =>
        Write(new(null, new(actor.Kind, actor.Id, counters)));

    public void Dispose() => _writer?.Dispose();

    private void Write(Line line) => _writer?.WriteLine(JsonSerializer.Serialize(line));

    private static void CheckHeader(string path, string first, StateHeader expected)
    {
        var actual = Parse<StateHeader>(first);
        if (actual == expected)
            return;
        throw new InvalidDataException(actual is { Format: not null }
            ? $"--state {path}: it belongs to another replay: {first}; expected "
                + $"{JsonSerializer.Serialize(expected)}. Give another file."
            : $"--state {path}: not a state of a replay, so it is left as it is. Give another file.");
    }

    private void Take(string path, string[] lines, List<string> kept)
    {
        for (var i = 0; i < lines.Length; i++)
        {
            switch (Parse<Line>(lines[i]))
            {
                case { Event: { } answered }:
                    _known.Add(answered);
                    break;
                case { Baseline: { Id: not null, Counters: not null } one }:
                    _baselines[new(one.Kind, one.Id)] = one.Counters;
                    break;
                case var _ when i == lines.Length - 1:
                    return;
                default:
                    throw new InvalidDataException(
                        $"--state {path}: line {i + 2} is broken, and more follow. Remove it and all after it, "
                        + "or begin with another file.");
            }

            kept.Add(lines[i]);
        }
    }

    private static T? Parse<T>(string line)
        where T : class
    {
        try
        {
            return JsonSerializer.Deserialize<T>(line);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>One line after the first; one of both.</summary>
    private sealed record Line(AnsweredEvent? Event, ActorBaseline? Baseline);

    private sealed record ActorBaseline(ActorKind Kind, string Id, IReadOnlyDictionary<string, long> Counters);
}
