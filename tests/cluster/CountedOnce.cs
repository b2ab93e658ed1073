using Engage.Faults.Tests;
using Engage.LoadGen.Protocol;
using Engage.LoadGen.Reconciling;

namespace Engage.Cluster.Tests;

/// <summary>Compares every actor's figures with what was sent, once all of it is applied.</summary>
internal static class CountedOnce
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    public static Task AssertAsync(EngageClient client, SyntheticStream stream) => AssertAsync(client, stream.Events);

    public static async Task AssertAsync(EngageClient client, IEnumerable<EventMessage> events)
    {
        var expected = new EventTally();
        foreach (var message in events)
            foreach (var actor in SyntheticStream.ActorsOf(message))
                expected.Add(actor, message.Kind);
        var counted = await Reconciliation.ReadAndCompareAsync(
            client, expected, null, Patience, TimeProvider.System, CancellationToken.None);
        Assert.True(
            counted.Differences.Count == 0,
            $"lost {counted.Lost}, doubled {counted.Doubled}: {string.Join("; ", counted.Differences.Take(20))}");
    }
}
