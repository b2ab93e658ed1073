using System.Text.Json;
using System.Text.Json.Serialization;
using Engage.LoadGen.Measure;

namespace Engage.LoadGen.Load.Conducting;

/// <summary>Quantiles in milliseconds.</summary>
internal sealed record Quantiles(double P50, double P95, double P99, double Max)
{
    /// <returns>Null when nothing was measured.</returns>
    public static Quantiles? Of(LatencyHistogram? histogram) =>
        histogram is null or { Count: 0 } ? null : new(
            Read(histogram.Quantile(0.50)), Read(histogram.Quantile(0.95)), Read(histogram.Quantile(0.99)),
            Read(histogram.Max));

    private static double Read(TimeSpan time) => Math.Round(time.TotalMilliseconds, 3);
}

/// <param name="Limit">What the value may not exceed.</param>
internal sealed record Threshold(string Name, double Limit, double Value)
{
    public bool Holds => Value <= Limit;
}

/// <summary>One second of the run; latencies in milliseconds.</summary>
internal sealed record CurvePoint(
    double Second, int Connections, long Acknowledged, long Received, double P50, double P99, double GeneratorCpu);

/// <param name="Paused">Connections that stopped reading.</param>
/// <param name="WithoutP99">Delivery to the others before, in milliseconds.</param>
/// <param name="WithP99">And while some did not read.</param>
internal sealed record SlowReadersReport(int Paused, double WithoutP99, double WithP99, double Ratio)
{
    /// <summary>
    /// What the server says a client that does not read may keep waiting in its process (Hub:OutboxBytesMax,
    /// docs/operations.md), unless configured otherwise; a server of our own is not.
    /// </summary>
    public const long WaitingBytesMax = 256 * 1024;

    /// <summary>The most that waited in the server for each of them; null: the server is not ours to ask.</summary>
    public double? WaitingBytesEach { get; init; }

    /// <summary>What the server's resident memory grew by meanwhile, for whatever reason, shared among them.</summary>
    public double? ResidentGrowthEach { get; init; }
}

/// <param name="Counted">As the room's log has them.</param>
/// <param name="PerSecond">Acknowledged, while people reacted.</param>
internal sealed record ReactionsReport(long Acknowledged, long Unknown, long Counted, double PerSecond);

/// <param name="Holds">The highest that held; null: none.</param>
/// <param name="Breaks">The lowest that did not; null: all held.</param>
internal sealed record LimitReport(string What, double? Holds, double? Breaks);

/// <summary>Result of a run, as its JSON has it.</summary>
/// <param name="Offered">Things that were due.</param>
/// <param name="Sent">Of these, sent.</param>
/// <param name="Expected">Entries that all connections together should have received.</param>
/// <param name="Lost">Entries that somebody lacks, and acknowledged messages that are not in the log.</param>
/// <param name="Doubled">Entries that somebody received again, and messages that are in the log again.</param>
/// <param name="LatencyMs">From when a message was due to when somebody had it.</param>
/// <param name="AcknowledgementMs">From when it was due to when the server had it for good.</param>
/// <param name="GeneratorCpu">Of the busiest worker, as a share of what it can use.</param>
internal sealed record LoadReport(
    string Scenario, int Seed, double Seconds, int Connections, long Offered, long Sent, long Acknowledged,
    long Expected, long Received, long Lost, long Doubled, long OutOfOrder, Quantiles? LatencyMs,
    Quantiles? AcknowledgementMs, double GeneratorCpu, IReadOnlyList<Threshold> Thresholds)
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

    public required string Model { get; init; }

    /// <summary>Answers that asked for patience; each was tried again.</summary>
    public long Deferred { get; init; }

    public IReadOnlyDictionary<string, long> Refused { get; init; } = new Dictionary<string, long>();

    /// <summary>Connections that ended without our doing.</summary>
    public long Disconnected { get; init; }

    /// <summary>How often somebody could not go on where she had been, and started afresh.</summary>
    public long Reloads { get; init; }

    /// <summary>From the loss of a connection to having all that was missed.</summary>
    public Quantiles? CatchUpMs { get; init; }

    /// <summary>What a bare ws hub took, in the same run, only to take as many connections back.</summary>
    public Quantiles? PeerCatchUpMs { get; init; }

    /// <summary>
    /// How often the server read rooms' logs from when all were in to the end; null: it is not ours to ask.
    /// </summary>
    public long? RoomLogReads { get; init; }

    /// <summary>From when a visit was due to having the recommendations that count it.</summary>
    public Quantiles? VisitMs { get; init; }

    public SlowReadersReport? SlowReaders { get; init; }

    public ReactionsReport? Reactions { get; init; }

    public LimitReport? Limit { get; init; }

    /// <summary>Why the figures say nothing about the server; null: they do.</summary>
    [JsonIgnore]
    public string? Bottleneck { get; init; }

    public IReadOnlyList<CurvePoint> Curve { get; init; } = [];

    [JsonIgnore]
    public bool Holds => Thresholds.All(threshold => threshold.Holds);

    /// <summary>One JSON object.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, Options);
}
