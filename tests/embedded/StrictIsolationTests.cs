using Orleans.Serialization;
using Orleans.TestingHost;

namespace Engage.Embedded.Tests;

/// <summary>
/// Stricter than Orleans, whose newest codecs copy whatever a collection interface hides: what is sent is named.
/// </summary>
public sealed class StrictIsolationTests : IAsyncLifetime
{
    private InProcessTestCluster _cluster = null!;

    public async Task InitializeAsync() => _cluster = await TestSilo.StartAsync();

    public async Task DisposeAsync() => await _cluster.DisposeAsync();

    [Fact]
    public async Task AQueryIsRefusedAsAResultAndTheGrainServesOn()
    {
        var grain = _cluster.Client.GetGrain<IIsolationGrain>("query");

        var refusal = await Assert.ThrowsAsync<CodecNotFoundException>(() => grain.ReturnQuery().Soon());

        Assert.Contains(nameof(IIsolationGrain.ReturnQuery), refusal.Message, StringComparison.Ordinal);
        Assert.Equal("nothing", await grain.Kept().Soon());
    }
}
