using Engage.Contracts;
using Engage.Contracts.Rooms;

namespace Engage.Grains.Rooms;

/// <summary>
/// What is appended together, and everything that waits for it. It is open until the append before it has ended; then
/// it is sealed and goes to the log as a whole.
/// </summary>
internal sealed class RoomGroup
{
    private readonly Dictionary<(UserId By, Guid Id), long> _messages = [];
    private readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public List<RoomEntry> Entries { get; } = [];
    public List<LoggedEntry> Logged { get; } = [];

    /// <summary>Commands whose facts are here, or whose answer rests on what is here; in their order.</summary>
    public List<(RoomWork Work, int Index)> Decided { get; } = [];

    /// <summary>Submissions with reactions to the moment; each becomes one entry when the group is sealed.</summary>
    public List<RoomSubmission> Reactions { get; } = [];

    public List<Removal> Removed { get; } = [];

    /// <summary>What the group's entry on presence says, if it has one.</summary>
    public PresenceReport? Presence { get; set; }

    /// <summary>The state behind the last entry, as far as it differs from that behind the group before.</summary>
    public StateChanges Changes { get; set; }

    /// <summary>The whole state behind the last entry, where it is to be stored.</summary>
    public byte[]? Saved { get; set; }

    public void Add(RoomEntry entry, LoggedEntry logged)
    {
        Entries.Add(entry);
        Logged.Add(logged);
        if (logged is { By: { } by, MessageId: { } id }) _messages[(by, id)] = logged.Seq;
    }

    /// <summary>Where a message stands that the log cannot know yet, however few the state remembers.</summary>
    public long? Find(UserId by, Guid id) => _messages.TryGetValue((by, id), out var seq) ? seq : null;

    public bool IsEmpty => Entries.Count == 0 && Decided.Count == 0 && Reactions.Count == 0 && Removed.Count == 0;

    /// <summary>Its entries were taken back; what waited for them waits for the group that is open by then.</summary>
    public bool IsSuperseded { get; private set; }

    /// <summary>Durable, and sent to the nodes.</summary>
    public Task Done => _done.Task;

    public void Complete() => _done.TrySetResult();

    public void Supersede()
    {
        IsSuperseded = true;
        _done.TrySetResult();
    }

    public void Fail(Exception error)
    {
        _done.TrySetException(error);
        // It may be that nobody waits.
        _ = _done.Task.Exception;
    }
}

/// <summary>One submission on its way.</summary>
internal sealed class RoomWork(RoomSubmission submission)
{
    public RoomSubmission Submission => submission;

    public RoomOutcome[] Outcomes { get; } = new RoomOutcome[submission.Commands.Length];

    /// <summary>
    /// The newest standings each command was decided with: whoever is forgotten meanwhile is still known when it is
    /// decided again, since what the community has made durable must get into the log.
    /// </summary>
    public (Standing? By, Standing? Target)[] Standings { get; } =
        new (Standing? By, Standing? Target)[submission.Commands.Length];

    /// <summary>The command whose change of a standing is durable in the community already; -1: none.</summary>
    public int StandingMade { get; set; } = -1;
}
