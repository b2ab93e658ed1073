using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.DependencyInjection;

namespace Engage.Bench.Actors;

/// <summary>Grains on the engine of this build, in this process.</summary>
internal class GrainContender(IHost host) : Contender<ISumGrain>
{
    protected IGrainFactory Grains { get; } = host.Services.GetRequiredService<IGrainFactory>();

    public override string Name => "grains";

    public static async Task<IHost> StartHostAsync()
    {
        var builder = Host.CreateEmptyApplicationBuilder(new());
        builder.UseOrleans(silo => silo.UseLocalhostClustering().AddMemoryGrainStorageAsDefault());
        var host = builder.Build();
        await host.StartAsync();
        return host;
    }

    public override async ValueTask DisposeAsync()
    {
        await host.StopAsync();
        host.Dispose();
    }

    protected override ISumGrain Find(string key) => Grains.GetGrain<ISumGrain>(key);

    protected override ValueTask<long> AddAsync(ISumGrain actor, long amount) => actor.AddAsync(amount);

    protected override ValueTask<long> RelayAsync(ISumGrain from, ISumGrain to, int calls) =>
        from.RelayAsync(to, calls);
}

/// <summary>Grains with stored state and injected services, empty state.</summary>
internal sealed class StatefulGrainContender(IHost host) : GrainContender(host)
{
    public override string Name => "stateful-grains";

    protected override ValueTask FirstCallAsync(string key) => Grains.GetGrain<IStatefulGrain>(key).TouchAsync();
}
