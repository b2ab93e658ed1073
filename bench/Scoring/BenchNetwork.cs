using Engage.Neural;
using Engage.Recommend;

namespace Engage.Bench.Scoring;

/// <summary>A network with seeded weights, for both sides.</summary>
internal sealed class BenchNetwork
{
    private BenchNetwork(string name, int[] sizes, bool wide)
    {
        (Name, Mlp) = (name, new(sizes, Activation.Relu, wide));
        var random = new SeededRandom(7);
        Parameters = Mlp.Initialize(random);
        // The last layer and the linear path begin at zero; here they must have something to compute.
        foreach (ref var parameter in Parameters.AsSpan())
            parameter += 0.05f * random.NextNormal();
        var multiplyAdds = sizes.Zip(sizes.Skip(1), (ins, outs) => (double)ins * outs).Sum() + (wide ? sizes[0] : 0);
        Operations = 2 * multiplyAdds;
    }

    public static IEnumerable<BenchNetwork> All()
    {
        var options = new RecommenderOptions();
        return
        [
            new("mlp 64-128-64-1", [64, 128, 64, 1], wide: false),
            new("ranker", [new Recommender(options, 1).RankerFeatures, .. options.RankerHidden, 1], wide: true),
        ];
    }

    public string Name { get; }

    public Mlp Mlp { get; }

    public float[] Parameters { get; }

    /// <summary>Floating-point operations of one example's forward pass; a multiply-add is two.</summary>
    public double Operations { get; }

    /// <summary>[batch, inputs].</summary>
    public float[] Inputs(int batch)
    {
        var random = new SeededRandom((ulong)batch);
        return [.. Enumerable.Range(0, batch * Mlp.Inputs).Select(_ => random.NextNormal())];
    }

    /// <summary>What the peer needs to build the same.</summary>
    public Dictionary<string, object> Fields(int batch, float[] x) => new()
    {
        ["sizes"] = Mlp.Sizes,
        ["wide"] = Mlp.Wide,
        ["parameters"] = Peers.TorchPeer.Encode(Parameters),
        ["batch"] = batch,
        ["x"] = Peers.TorchPeer.Encode(x),
    };
}
