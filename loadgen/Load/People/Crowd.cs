using System.Net;
using Engage.LoadGen.Load.Dialects;
using Engage.LoadGen.Load.Wire;

namespace Engage.LoadGen.Load.People;

/// <param name="Tokens">Person n uses the n-th, round and round, until they are renewed.</param>
/// <param name="Share">Of the people 0 to <paramref name="Users"/>, the first that this worker is.</param>
/// <param name="Step">And every so many after that.</param>
/// <param name="SlowUsers">The first so many will stop reading, and have small receive buffers.</param>
internal sealed record CrowdSettings(
    string Dialect, Uri Server, string Room, IReadOnlyList<string> Tokens, int Users, int Share, int Step,
    int SlowUsers, int Seed);

/// <summary>The people of one worker, and what they count. Called under the loop's gate.</summary>
internal sealed class Crowd
{
    private const int SlowReceiveBufferBytes = 16 << 10;

    /// <summary>Nobody asks a server for everything at the same moment.</summary>
    private static readonly TimeSpan RenewalStep = TimeSpan.FromMilliseconds(10);
    private const int RenewalSteps = 1_000;

    private readonly Participant?[] _people;
    private volatile IReadOnlyList<string> _tokens;

    public Crowd(EventLoop loop, Timeline timeline, CrowdSettings settings)
    {
        (Loop, Timeline, Settings, _tokens) = (loop, timeline, settings, settings.Tokens);
        Dialect = Dialect.Named(settings.Dialect);
        Random = new(unchecked((settings.Seed * 31) + settings.Share));
        Address = new(
            Dns.GetHostAddresses(settings.Server.Host).First(each => each.AddressFamily
                is System.Net.Sockets.AddressFamily.InterNetwork),
            settings.Server.Port);
        _people = new Participant?[settings.Users];
        for (var number = settings.Share; number < settings.Users; number += settings.Step)
            _people[number] = new(this, number);
    }

    public EventLoop Loop { get; }

    public Timeline Timeline { get; }

    public CrowdSettings Settings { get; }

    public Dialect Dialect { get; }

    public Random Random { get; }

    public IPEndPoint Address { get; }

    /// <summary>Of the part of the run that is under way.</summary>
    public Tally Tally { get; set; } = new();

    /// <summary>Of the second that is under way.</summary>
    public Tally Second { get; set; } = new();

    /// <summary>All messages that were acknowledged.</summary>
    public List<Acknowledged> Acknowledged { get; } = [];

    /// <summary>The newest entry that is known to be in the room's log.</summary>
    public long Newest { get; set; }

    public IEnumerable<Participant> People => _people.OfType<Participant>();

    /// <returns>Null for somebody of another worker.</returns>
    public Participant? Person(int number) => _people[number];

    /// <summary>The newest that somebody has; safe from any thread.</summary>
    public string TokenOf(int number)
    {
        var tokens = _tokens;
        return tokens[number % tokens.Count];
    }

    /// <summary>Everybody has another token, and shows it where she is connected.</summary>
    public void Renew(IReadOnlyList<string> tokens)
    {
        _tokens = tokens;
        foreach (var person in People)
            Timeline.At(Timeline.After(RenewalStep * (person.Number % RenewalSteps)), _ => person.Renew());
    }

    public LoadSocket Connect(Participant person)
    {
        var socket = new LoadSocket(Loop, person, Settings.Server, Dialect.TargetOf(TokenOf(person.Number)), Random);
        if (person.Number < Settings.SlowUsers)
            socket.ReceiveBufferBytes = SlowReceiveBufferBytes;
        return socket;
    }

    /// <param name="isLate">Whether the age of the entries is the server's doing.</param>
    public void Delivered(Push push, long now, bool isLate = true)
    {
        Tally.Received += push.Seqs.Length;
        Second.Received += push.Seqs.Length;
        Newest = Math.Max(Newest, push.To);
        foreach (var stamp in push.Stamps)
        {
            if (stamp == 0 || !isLate)
                continue;
            Tally.Delivery.RecordNanoseconds(Nanoseconds(now - stamp));
            Second.Delivery.RecordNanoseconds(Nanoseconds(now - stamp));
        }
    }

    public void Done(Act act, Answer answer, long now)
    {
        Tally.Acknowledged++;
        Second.Acknowledged++;
        Tally.Acknowledgement.RecordNanoseconds(Nanoseconds(now - act.Due));
        Second.Acknowledgement.RecordNanoseconds(Nanoseconds(now - act.Due));
        Tally.ReactionsAcknowledged += act.Reactions;
        if (act.IsReaction || answer.Seq is not { } seq)
            return;
        Newest = Math.Max(Newest, seq);
        Acknowledged.Add(new(act.Id, seq));
    }

    public long Nanoseconds(long ticks) =>
        Loop.Time.TimestampFrequency == 1_000_000_000
            ? ticks
            : (long)(ticks * (1e9 / Loop.Time.TimestampFrequency));
}
