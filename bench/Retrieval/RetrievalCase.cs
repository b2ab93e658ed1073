using Engage.Bench.Peers;
using Engage.Bench.Scoring;
using Engage.Neural;

namespace Engage.Bench.Retrieval;

/// <summary>The best 100 of a catalogue for a batch of users.</summary>
internal sealed class RetrievalCase(BenchCatalogue catalogue, int users)
{
    private const int K = 100;

    public async Task<IReadOnlyList<BenchRow>> MeasureAsync(ScoringScene scene, CancellationToken cancellation)
    {
        var batch = catalogue.UserVectors(users);
        var retrieval = new TopKRetrieval();
        var (indices, scores) = (new int[users * K], new float[users * K]);
        var name = FormattableString.Invariant($"top {K} of {catalogue.Items:N0}, batch {users}");
        var operations = 2.0 * catalogue.Items * catalogue.Dimensions * users;
        var duel = new Duel(name, users, operations, Search);
        Search();
        await duel.SetAsync(scene, "retrieval", Fields(batch), scores, cancellation);
        await duel.WarmUpAsync(scene, cancellation);
        var shares = new List<double>();
        for (var round = 0; round < scene.Rounds; round++)
        {
            var seconds = await duel.RoundAsync(scene, cancellation);
            var bytes = (double)catalogue.Vectors.Length * sizeof(float);
            shares.Add(100 * bytes / seconds / MemoryBandwidth.Measure(catalogue.Vectors));
        }

        return
        [
            .. duel.ToRows("users/s"),
            new(name, "% of memory bandwidth", Spread.Of(shares), new Dictionary<string, Spread>())
            {
                Note = "the items read once, beside a sweep over the same memory in the same round",
            },
        ];

        void Search() => retrieval.Search(catalogue.Vectors, batch, catalogue.Dimensions, K, indices, scores);
    }

    private Dictionary<string, object> Fields(float[] batch) => new()
    {
        ["k"] = K,
        ["batch"] = users,
        ["users"] = TorchPeer.Encode(batch),
        ["items"] = catalogue.Items,
        ["dimensions"] = catalogue.Dimensions,
        ["itemsFile"] = catalogue.Path,
    };
}
