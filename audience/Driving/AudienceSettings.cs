namespace Engage.Audience.Driving;

/// <summary>How large and how lively the simulated audience is.</summary>
internal sealed record AudienceSettings
{
    /// <summary>Simulated users, 1 to 10,000.</summary>
    public int Users { get; init; } = 300;

    /// <summary>Events a second on average, all kinds together, impressions included; 0.1 to 500.</summary>
    public double EventsPerSecond { get; init; } = 6;

    /// <summary>Seed of tastes, rhythms and choices.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>Recommendations that a simulated user looks at.</summary>
    public int Shown { get; init; } = 6;

    /// <summary>Mean time between newly published lectures, the cold items of the demo.</summary>
    public TimeSpan LecturePeriod { get; init; } = TimeSpan.FromMinutes(4);

    /// <summary>Most lectures that one run publishes, so that a demo left alone does not grow for ever.</summary>
    public int LecturesMax { get; init; } = 200;
}
