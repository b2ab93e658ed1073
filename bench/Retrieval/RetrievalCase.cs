using Engage.Bench.Peers;
using Engage.Bench.Scoring;
using Engage.Neural;

namespace Engage.Bench.Retrieval;

/// <summary>The best 100 of a catalogue for a batch of users.</summary>
/// <param name="quantized">By the quantized copy, as scoring searches; otherwise by the floats alone.</param>
internal sealed class RetrievalCase(BenchCatalogue catalogue, int users, bool quantized)
{
    private const int K = 100;
    private const float Tolerated = 1e-4f;

    public async Task<IReadOnlyList<BenchRow>> MeasureAsync(ScoringScene scene, CancellationToken cancellation)
    {
        var batch = catalogue.UserVectors(users);
        var (floats, coarse) = (new TopKRetrieval(), new QuantizedRetrieval());
        var tables = quantized ? catalogue.Tables : default;
        var (indices, scores) = (new int[users * K], new float[users * K]);
        var name = FormattableString.Invariant($"top {K} of {catalogue.Items:N0}, batch {users}")
            + (quantized ? ", quantized copy" : "");
        var operations = 2.0 * catalogue.Items * catalogue.Dimensions * users;
        var duel = new Duel(name, users, operations, Search);
        Search();
        CheckPlaces(batch, indices, scores);
        await duel.SetAsync(scene, "retrieval", Fields(batch), scores, cancellation);
        await duel.WarmUpAsync(scene, cancellation);
        var shares = new List<double>();
        for (var round = 0; round < scene.Rounds; round++)
        {
            var seconds = await duel.RoundAsync(scene, cancellation);
            // Of the copy and few of the items: no share of anything simple.
            if (quantized)
                continue;
            var bytes = (double)catalogue.Vectors.Length * sizeof(float);
            shares.Add(100 * bytes / seconds / MemoryBandwidth.Measure(catalogue.Vectors));
        }

        if (quantized)
            return [.. duel.ToRows("users/s")];
        return
        [
            .. duel.ToRows("users/s"),
            new(name, "% of memory bandwidth", Spread.Of(shares), new Dictionary<string, Spread>())
            {
                Note = "the items read once, beside a sweep over the same memory in the same round",
            },
        ];

        void Search()
        {
            if (quantized)
                coarse.Search(tables.Rows.Live, tables.Quantized.Live, batch, K, indices, scores);
            else
                floats.Search(catalogue.Vectors, batch, catalogue.Dimensions, K, indices, scores);
        }
    }

    /// <summary>The peer vouches for the scores; here each must be the score of the item named beside it.</summary>
    /// <exception cref="InvalidOperationException">One is not, or an item is named twice.</exception>
    private void CheckPlaces(float[] batch, int[] indices, float[] scores)
    {
        for (var user = 0; user < users; user++)
        {
            var named = new HashSet<int>();
            for (var at = user * K; at < (user + 1) * K; at++)
            {
                var item = indices[at];
                if (item < 0 || item >= catalogue.Items || !named.Add(item))
                    throw new InvalidOperationException(
                        $"Retrieval, user {user}, place {at % K}: item {item} is unknown or named twice.");
                var exact = VectorKernels.DotScalar(
                    batch.AsSpan(user * catalogue.Dimensions, catalogue.Dimensions),
                    catalogue.Vectors.AsSpan(item * catalogue.Dimensions, catalogue.Dimensions));
                if (!(MathF.Abs(exact - scores[at]) <= Tolerated * MathF.Max(1, MathF.Abs(exact))))
                    throw new InvalidOperationException(
                        $"Retrieval, user {user}, item {item}: the score is {scores[at]}, the product {exact}.");
            }
        }
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
