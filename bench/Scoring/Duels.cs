namespace Engage.Bench.Scoring;

/// <summary>Rounds over several duels, so that a slow moment of the machine does not hit one alone.</summary>
internal static class Duels
{
    public static async Task<IReadOnlyList<BenchRow>> RunAsync(
        ScoringScene scene, IReadOnlyList<Duel> duels, string rate, CancellationToken cancellation)
    {
        foreach (var duel in duels)
            await duel.WarmUpAsync(scene, cancellation);
        for (var round = 0; round < scene.Rounds; round++)
            foreach (var duel in duels)
                await duel.RoundAsync(scene, cancellation);
        return [.. duels.SelectMany(duel => duel.ToRows(rate))];
    }
}
