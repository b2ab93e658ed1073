using Engage.Evaluation;
using Engage.LoadGen.Protocol;

namespace Engage.LoadGen.Replay;

/// <summary>What to replay, and against which server.</summary>
public sealed record ReplaySettings
{
    /// <summary>The data set.</summary>
    public required string File { get; init; }

    public required DatasetFormat Format { get; init; }

    /// <summary>Most events, counted in time order; null for all.</summary>
    public int? Limit { get; init; }

    /// <summary>A running server; null to start one on a temporary folder.</summary>
    public Uri? Server { get; init; }

    /// <summary>The service account of <see cref="Server"/>.</summary>
    public ServiceAccount? Account { get; init; }

    /// <summary>The assembly of the server to start when <see cref="Server"/> is null.</summary>
    public string? ServerAssembly { get; init; }

    /// <summary>Seed of the jitter between retries, the only chance in a replay.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>
    /// File that remembers every answered event, so that an interrupted replay goes on where it stopped and ends with
    /// the metrics of the whole; null to remember nothing.
    /// </summary>
    public string? StateFile { get; init; }
}
