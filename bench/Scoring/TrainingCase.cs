namespace Engage.Bench.Scoring;

/// <summary>An online training step: forward, logistic loss, backward, Adam.</summary>
internal sealed class TrainingCase : IScoringCase
{
    private const int StepsToCompare = 3;

    private static readonly int[] Batches = [1, 32, 256];

    public string Name => "training";

    public async Task<IReadOnlyList<BenchRow>> MeasureAsync(ScoringScene scene, CancellationToken cancellation)
    {
        var duels = new List<Duel>();
        foreach (var network in BenchNetwork.All())
            foreach (var batch in Batches)
                duels.Add(await PrepareAsync(scene, network, batch, cancellation));
        return await Duels.RunAsync(scene, duels, "steps/s", cancellation);
    }

    private static async Task<Duel> PrepareAsync(
        ScoringScene scene, BenchNetwork network, int batch, CancellationToken cancellation)
    {
        var trainer = new BenchTrainer(network, batch);
        var duel = new Duel($"training step {network.Name}, batch {batch}", 1, 0, () => trainer.Step());
        for (var i = 0; i < StepsToCompare; i++)
            trainer.Step();
        var fields = network.Fields(batch, trainer.Inputs);
        fields["labels"] = Peers.TorchPeer.Encode(trainer.Labels);
        fields["rate"] = BenchTrainer.Rate;
        await duel.SetAsync(scene, "training", fields, trainer.Predict(), cancellation);
        return duel;
    }
}
