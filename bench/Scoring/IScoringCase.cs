using Engage.Bench.Peers;

namespace Engage.Bench.Scoring;

/// <summary>One group of rows of the benchmark `scoring`.</summary>
internal interface IScoringCase
{
    string Name { get; }

    Task<IReadOnlyList<BenchRow>> MeasureAsync(ScoringScene scene, CancellationToken cancellation);
}

/// <param name="Rounds">How often everything is measured; each round gives one value to a row's spread.</param>
/// <param name="Smoke">Only a moment's run.</param>
/// <param name="Torch">The peer, where there is one.</param>
/// <param name="TorchAbsence">Otherwise why not, for the rows' notes.</param>
internal sealed record ScoringScene(int Rounds, bool Smoke, TorchPeer? Torch, string TorchAbsence);
