namespace Engage.Grains.Rooms;

/// <summary>
/// How the actor of a room serves it; of the section <c>Rooms</c>, beside the rules that people
/// feel.
/// </summary>
public sealed class RoomServingOptions
{
    /// <summary>
    /// Commands that may wait in one room for the disk. Beyond it a node's submission is refused and told when to come
    /// again. More rides out longer stalls and lets answers grow old. Default: 16,384.
    /// </summary>
    public int WaitingCommandsMax { get; set; } = 16_384;

    /// <summary>
    /// Newest entries kept for nodes that come new. More bridges longer absences without asking the database, in some
    /// 400 bytes of memory each. Default: 2,000.
    /// </summary>
    public int WindowEntriesMax { get; set; } = 2_000;

    /// <summary>Bytes of the entries in the window. Default: 1 MiB.</summary>
    public int WindowBytesMax { get; set; } = 1_048_576;

    /// <summary>
    /// Entries after which the room's state is stored anew. Fewer make a start faster, which reads what came since, and
    /// store more. Default: 2,000.
    /// </summary>
    public int StoreEvery { get; set; } = 2_000;

    /// <summary>
    /// And not sooner than this after the last time. The state of a busy room has some megabytes, which all who share
    /// the disk wait for; a start reads what came since, some 50,000 entries a second. Default: 1 minute.
    /// </summary>
    public TimeSpan StorePause { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>
    /// How long an append that finds the storage's queue full is tried again before the room gives up, its callers are
    /// told that the outcome is unknown, and it starts over from its log. Default: 5 s.
    /// </summary>
    public TimeSpan BusyMax { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>People named in a room's state; all are counted. Default: 50.</summary>
    public int PeopleListedMax { get; set; } = 50;

    /// <summary>
    /// People whose standing in the community is remembered, besides those who are present. Default: 20,000.
    /// </summary>
    public int StandingsMax { get; set; } = 20_000;

    /// <summary>
    /// For so long the messages of somebody are refused who has sent one again that is older than the room remembers:
    /// each costs the room a reading of its state. Default: 1 minute.
    /// </summary>
    public TimeSpan ResendPause { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>Notifications of mentions under way at once; more are left out, and counted. Default: 1,000.</summary>
    public int MentionsMax { get; set; } = 1_000;

    /// <summary>
    /// People whom one author can notify by mentions in one minute of the clock; the message is said, who is mentioned
    /// beyond is not told, and counted. Default: 20.
    /// </summary>
    public int MentionsPerMinute { get; set; } = 20;

    /// <exception cref="ArgumentException">An option is out of its range; the text names it.</exception>
    public void Validate()
    {
        Check(nameof(WaitingCommandsMax), WaitingCommandsMax, 1, 1_000_000);
        Check(nameof(WindowEntriesMax), WindowEntriesMax, 1, 100_000);
        Check(nameof(WindowBytesMax), WindowBytesMax, 1_024, 67_108_864);
        Check(nameof(StoreEvery), StoreEvery, 1, 1_000_000);
        Check(nameof(PeopleListedMax), PeopleListedMax, 0, 1_000);
        Check(nameof(StandingsMax), StandingsMax, 1, 10_000_000);
        Check(nameof(MentionsMax), MentionsMax, 1, 1_000_000);
        Check(nameof(MentionsPerMinute), MentionsPerMinute, 1, 100_000);
        Check(nameof(StorePause), StorePause, TimeSpan.FromHours(1));
        Check(nameof(ResendPause), ResendPause, TimeSpan.FromHours(1));
        Check(nameof(BusyMax), BusyMax, TimeSpan.FromMinutes(5));
    }

    private static void Check(string name, int value, int min, int max)
    {
        if (value < min || value > max)
            throw new ArgumentException($"Room option {name} is {value}; expected {min} to {max}.");
    }

    private static void Check(string name, TimeSpan value, TimeSpan max)
    {
        if (value < TimeSpan.Zero || value > max)
            throw new ArgumentException($"Room option {name} is {value}; expected 0 to {max}.");
    }
}
