using Engage.Faults.Tests;
using Engage.LoadGen.Protocol;

namespace Engage.Cluster.Tests;

/// <summary>Whoever outgrows one machine changes the engine and keeps the data - and may go back.</summary>
[Collection(nameof(OneClusterAtATime))]
public sealed class CarryOverTests
{
    private const int Half = 300;

    [ClusterFact]
    public async Task ClusterGoesOnFromWhatASingleMachineStoredAndBack()
    {
        var stream = new SyntheticStream(3, 3 * Half);
        await using var cluster = new TestCluster();

        var single = await cluster.AddSingleMachineAsync();
        using (var client = TestCluster.ClientOf(single))
        {
            await SyntheticStream.CreateCatalogueAsync(client, CancellationToken.None);
            // Names of hexadecimal digits, which a relational storage could take for one number.
            await TestCluster.RegisterAsync(single, "ada");
            await TestCluster.RegisterAsync(single, "0ada");
        }
        var learned = await GoOnAsync(single, stream, 0);

        var node = await cluster.AddServerAsync();
        var (user, _) = await TestCluster.SignInAsync(node, "ada");
        var (other, _) = await TestCluster.SignInAsync(node, "0ada");
        Assert.NotEqual(user, other);
        learned = await GoOnAsync(node, stream, 1, learned);

        await GoOnAsync(await cluster.AddSingleMachineAsync(), stream, 2, learned);
    }

    /// <summary>
    /// Sends a third of the stream, and all before it again; checks that everything is counted once, and stops.
    /// </summary>
    /// <returns>Examples the model has learned by then.</returns>
    private static async Task<long> GoOnAsync(NodeProcess node, SyntheticStream stream, int third, long learned = 0)
    {
        using var client = TestCluster.ClientOf(node);
        Assert.Equal(learned, await TestCluster.ExamplesLearnedAsync(node));

        var answer = await client.SendEventsAsync(
            stream.Events.Take((third + 1) * Half).ToArray(), CancellationToken.None);

        Assert.Equal((Half, third * Half), (answer.Accepted, answer.Duplicates));
        await CountedOnce.AssertAsync(client, stream.Events.Take((third + 1) * Half));
        var examples = await TestCluster.ExamplesLearnedAsync(node);
        Assert.Equal(0, await node.StopAsync());
        return examples;
    }
}
