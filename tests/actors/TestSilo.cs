using Engage.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Orleans.TestingHost;

namespace Engage.Actors.Tests;

internal static class TestSilo
{
    /// <summary>What a test waits for at most, when something that must happen does not.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>
    /// Orleans' keys for the clocks of its own upkeep; they stay real when a test holds the grains' clock.
    /// </summary>
    private static readonly string[] ClocksOfTheEngine =
    [
        "Orleans.Messaging", "Orleans.SystemTimers", "Orleans.Membership", "Orleans.GrainDirectory",
        "Orleans.ActivationManagement",
    ];

    public static async Task<InProcessTestCluster> StartAsync(
        Action<ISiloBuilder>? configure = null, FakeTimeProvider? time = null)
    {
        var builder = new InProcessTestClusterBuilder(1);
        builder.ConfigureSilo((_, silo) =>
        {
            silo.AddMemoryGrainStorageAsDefault();
            if (time is not null)
                Hold(silo.Services, time);
            configure?.Invoke(silo);
        });
        var cluster = builder.Build();
        await cluster.DeployAsync();
        return cluster;
    }

    public static Task Soon(this Task task) => task.WaitAsync(Patience);

    public static Task<T> Soon<T>(this Task<T> task) => task.WaitAsync(Patience);

    /// <summary>Repeats until it is true: for what an engine does in its own time after a step of the clock.</summary>
    public static async Task Until(Func<Task<bool>> condition)
    {
        using var patience = new CancellationTokenSource(Patience);
        while (!await condition())
        {
            patience.Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }

    private static void Hold(IServiceCollection services, FakeTimeProvider time)
    {
        services.Replace(ServiceDescriptor.Singleton<TimeProvider>(time));
        foreach (var key in ClocksOfTheEngine)
            services.AddKeyedSingleton(key, TimeProvider.System);
    }
}
