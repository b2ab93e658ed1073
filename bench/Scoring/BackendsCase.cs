using System.Diagnostics;
using Engage.Neural;
using Engage.Silo;

namespace Engage.Bench.Scoring;

/// <summary>
/// The forward pass as a scoring thread asks for it, by each backend of this build on the processor: one process, one
/// thread, in turns. A round's value is the fastest of a few bursts, as in <see cref="Duel"/>.
/// </summary>
internal sealed class BackendsCase : IScoringCase
{
    private const string Torch = "torchsharp";
    private const int Bursts = 10;
    private const double SecondsPerBurst = 0.002;
    private const double SecondsOfWarmUp = 0.4;

    private static readonly int[] Batches = [1, 32, 256, 2048];

    public string Name => "backends";

    public Task<IReadOnlyList<BenchRow>> MeasureAsync(ScoringScene scene, CancellationToken cancellation) =>
        Task.Run<IReadOnlyList<BenchRow>>(() => Measure(scene, cancellation), cancellation);

    private static List<BenchRow> Measure(ScoringScene scene, CancellationToken cancellation)
    {
        var torch = ScoringBackends.TorchMissing is null ? ScoringBackends.Choose("Torch", "Cpu") : null;
        var rows = new List<BenchRow>();
        foreach (var network in BenchNetwork.All())
            foreach (var batch in Batches)
                rows.Add(Measure(scene, network, batch, torch, cancellation));
        return rows;
    }

    private static BenchRow Measure(
        ScoringScene scene, BenchNetwork network, int batch, IMlpBackend? torch, CancellationToken cancellation)
    {
        var name = $"backend {network.Name}, batch {batch}";
        using var managed = new Contender(ManagedBackend.Instance, network, batch, scene.Smoke);
        using var native = torch is null ? null : new Contender(torch, network, batch, scene.Smoke);
        native?.RequireOutputsOf(managed, name);
        for (var round = 0; round < scene.Rounds; round++)
        {
            cancellation.ThrowIfCancellationRequested();
            managed.Round();
            native?.Round();
        }

        return new(
            name, "µs/batch", managed.Spread,
            native is null ? new() : new Dictionary<string, Spread> { [Torch] = native.Spread })
        {
            Note = torch?.Name ?? ScoringBackends.TorchMissing,
        };
    }

    /// <summary>One backend's session with its inputs and times.</summary>
    private sealed class Contender : IDisposable
    {
        private const float ToleratedDifference = 1e-4f;

        private readonly List<double> _seconds = [];
        private readonly BenchNetwork _network;
        private readonly IMlpSession _session;
        private readonly float[] _x;
        private readonly float[] _outputs;
        private readonly int _batch;
        private readonly int _iterations = 1;
        private readonly int _bursts = 1;

        public Contender(IMlpBackend backend, BenchNetwork network, int batch, bool smoke)
        {
            (_network, _batch, _session) = (network, batch, backend.Open(network.Mlp));
            (_x, _outputs) = (network.Inputs(batch), new float[batch]);
            Step();
            if (smoke) return;

            var (started, steps) = (Stopwatch.GetTimestamp(), 0);
            for (; Stopwatch.GetElapsedTime(started).TotalSeconds < SecondsOfWarmUp; steps++) Step();
            _iterations = Math.Max(1, (int)(steps / SecondsOfWarmUp * SecondsPerBurst));
            _bursts = Bursts;
        }

        public Spread Spread => Spread.Of(_seconds.Select(seconds => 1e6 * seconds));

        /// <exception cref="InvalidOperationException">The backends disagree.</exception>
        public void RequireOutputsOf(Contender other, string name)
        {
            for (var i = 0; i < _batch; i++)
                if (!(MathF.Abs(_outputs[i] - other._outputs[i])
                    <= ToleratedDifference * MathF.Max(1, MathF.Abs(other._outputs[i]))))
                    throw new InvalidOperationException(
                        $"{name}, result {i}: {_outputs[i]} by one backend, {other._outputs[i]} by the other.");
        }

        public void Round() => _seconds.Add(Enumerable.Range(0, _bursts).Min(_ => Burst()));

        public void Dispose() => _session.Dispose();

        private double Burst()
        {
            var started = Stopwatch.GetTimestamp();
            for (var i = 0; i < _iterations; i++) Step();
            return Stopwatch.GetElapsedTime(started).TotalSeconds / _iterations;
        }

        private void Step() => _session.Forward(_network.Parameters, _x, _batch, _outputs);
    }
}
