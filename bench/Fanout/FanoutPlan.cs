namespace Engage.Bench.Fanout;

/// <summary>What is measured, how often and for how long.</summary>
internal sealed record FanoutPlan
{
    public const string Ours = "engage";
    public const string SignalR = "bare SignalR";

    public static readonly string[] Parts = ["capacity", "cost", "scale"];

    public required int Runs { get; init; }

    /// <summary>People in the room for capacity and cost.</summary>
    public required int Users { get; init; }

    /// <summary>Seconds of one step of the search, and of one measurement of cost.</summary>
    public required double StepSeconds { get; init; }

    public required double CostSeconds { get; init; }

    /// <summary>Rates that a search may try.</summary>
    public required int StepsMax { get; init; }

    /// <summary>Messages a second at which cost is told; those beyond a contender's capacity are left out.</summary>
    public required double[] CostRates { get; init; }

    /// <summary>Whether what comes too late is left out. Not of a moment's run, which only shows that all
    /// works.</summary>
    public required bool LeavesOutLate { get; init; }

    /// <summary>Numbers of people for the same number of deliveries a second.</summary>
    public required int[] Scales { get; init; }

    public required double ScaleDeliveries { get; init; }

    public required string[] Only { get; init; }

    public required string[] Without { get; init; }

    public static FanoutPlan Of(bool smoke, int? runs, string[] only, string[] without) => new()
    {
        Runs = runs ?? (smoke ? 1 : 5),
        Users = smoke ? 20 : 1_000,
        StepSeconds = smoke ? 0.5 : 4,
        StepsMax = smoke ? 1 : 24,
        CostSeconds = smoke ? 0.5 : 5,
        CostRates = [20, 200],
        LeavesOutLate = !smoke,
        Scales = smoke ? [10] : [100, 1_000, 10_000],
        ScaleDeliveries = smoke ? 200 : 20_000,
        Only = only,
        Without = without,
    };

    public bool Includes(string contender) => !Without.Contains(contender);

    public bool Measures(string part) => Only.Length == 0 || Only.Contains(part);
}
