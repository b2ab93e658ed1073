using Engage.Neural;

namespace Engage.Bench.Scoring;

/// <summary>The forward pass of the networks at several batch sizes, without gradients.</summary>
internal sealed class ForwardCase : IScoringCase
{
    private static readonly int[] Batches = [1, 32, 256, 2048];

    public string Name => "forward";

    public async Task<IReadOnlyList<BenchRow>> MeasureAsync(ScoringScene scene, CancellationToken cancellation)
    {
        var duels = new List<Duel>();
        foreach (var network in BenchNetwork.All())
            foreach (var batch in Batches)
                duels.Add(await PrepareAsync(scene, network, batch, cancellation));
        return await Duels.RunAsync(scene, duels, "examples/s", cancellation);
    }

    private static async Task<Duel> PrepareAsync(
        ScoringScene scene, BenchNetwork network, int batch, CancellationToken cancellation)
    {
        var (x, outputs, workspace) = (network.Inputs(batch), new float[batch], new MlpWorkspace());
        var duel = new Duel($"forward {network.Name}, batch {batch}", batch, batch * network.Operations, Step);
        Step();
        await duel.SetAsync(scene, "forward", network.Fields(batch, x), outputs, cancellation);
        return duel;

        void Step() => network.Mlp.Predict(network.Parameters, x, batch, outputs, workspace);
    }
}
