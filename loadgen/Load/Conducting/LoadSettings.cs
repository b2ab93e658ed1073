namespace Engage.LoadGen.Load.Conducting;

/// <summary>What is to be done to a platform.</summary>
internal sealed record LoadSettings
{
    public required Scenario Scenario { get; init; }

    public required int Users { get; init; }

    /// <summary>A second: messages, reactions or visits, by scenario.</summary>
    public required double Rate { get; init; }

    public required double Seconds { get; init; }

    /// <summary>Seconds over which people come in.</summary>
    public double Ramp { get; init; }

    public int Seed { get; init; } = 1;

    public int Workers { get; init; } = 1;

    /// <summary>Closed: everybody waits for an answer before she goes on.</summary>
    public bool Closed { get; init; }

    /// <summary>Recorded chats to follow.</summary>
    public string? Timings { get; init; }

    /// <summary>Of the people, those who stop reading.</summary>
    public double SlowShare { get; init; } = 0.01;

    /// <summary>So many milliseconds late may the generator itself be with one thing in twenty.</summary>
    public double LagMax { get; init; } = 100;

    /// <summary>storm: whether a peer is measured beside it.</summary>
    public bool WithPeer { get; init; } = true;

    public required Limits Limits { get; init; }

    public int SlowUsers => Scenario == Scenario.SlowReaders ? Math.Max(1, (int)(Users * SlowShare)) : 0;
}

/// <summary>What people do.</summary>
internal enum Scenario
{
    Lecture,
    Storm,
    Churn,
    SlowReaders,
    Reactions,
    Browse,
    Mixed,
}

/// <summary>A scenario's name on the command line, what it is, and its size unless told otherwise.</summary>
internal sealed record ScenarioDefaults(
    Scenario Scenario, string Name, string Description, int Users, double Rate, double Seconds)
{
    public static IReadOnlyList<ScenarioDefaults> All { get; } =
    [
        new(Scenario.Lecture, "lecture", "people listen and talk, in bursts", 1_000, 20, 60),
        new(Scenario.Storm, "storm", "everybody is cut off and comes back at once", 1_000, 50, 30),
        new(Scenario.Churn, "churn", "people go and come back all the time", 1_000, 20, 60),
        new(Scenario.SlowReaders, "slow-readers", "some stop reading; what the others notice", 1_000, 50, 60),
        new(Scenario.Reactions, "reactions", "applause floods the room", 1_000, 10_000, 20),
        new(Scenario.Browse, "browse", "visits: an event, then recommendations", 500, 200, 30),
        new(Scenario.Mixed, "mixed", "all of it at once", 1_000, 20, 60),
    ];

    public static ScenarioDefaults Named(string name) => All.Single(each => each.Name == name);

    public static ScenarioDefaults Of(Scenario scenario) => All.Single(each => each.Scenario == scenario);
}

/// <summary>What may be exceeded by nothing, or the run has failed; null: not looked at.</summary>
internal sealed record Limits
{
    public double? P50 { get; init; }

    public double? P95 { get; init; }

    public double? P99 { get; init; }

    public double? Acknowledgement { get; init; }

    public double? CatchUp { get; init; }

    public double? SlowRatio { get; init; }

    public long Lost { get; init; }

    public long Doubled { get; init; }

    public long OutOfOrder { get; init; }

    public long Refused { get; init; }

    /// <summary>Who starts afresh is spared what she missed, which would then be lost to nobody. Null: not looked
    /// at.</summary>
    public long? Reloads { get; init; }

    /// <summary>Null: not looked at.</summary>
    public long? Disconnected { get; init; }
}
