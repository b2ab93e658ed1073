using Engage.Grains;
using Engage.Silo.Management;
using Engage.Storage;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Orleans.Hosting;

namespace Engage.Silo;

/// <summary>Composes engine, storage and grains into one silo.</summary>
public static class SiloComposition
{
    private static readonly TimeSpan StorageAnswerMax = TimeSpan.FromSeconds(5);

    /// <summary>What the actors have to store their state in: the host's own 30 s are short for many on a busy disk.
    /// Below the minute after which whoever stops the process loses patience.</summary>
    private static readonly TimeSpan StopMax = TimeSpan.FromSeconds(50);

    /// <summary>
    /// What a process that serves people needs to reach the actors, by its <see cref="ClusterRole"/>.
    /// </summary>
    public static IHostApplicationBuilder AddEngageActors(this IHostApplicationBuilder builder)
    {
        var cluster = ClusterNodeOptions.Read(builder.Configuration);
        if (cluster.Role == ClusterRole.Silo) return builder.AddEngageSilo();

        builder.AddManagement();
        builder.Services.TryAddSingleton(TimeProvider.System);
        builder.UseActorClient(cluster);
        return builder;
    }

    /// <summary>
    /// Storage is registered first and the engine after it: hosted services stop in reverse order, so the actors store
    /// their state before the storage closes. What calls grains by itself comes last and stops first.
    /// </summary>
    public static IHostApplicationBuilder AddEngageSilo(this IHostApplicationBuilder builder)
    {
        builder.AddManagement();
        builder.Services.Configure<HostOptions>(options => options.ShutdownTimeout = StopMax);
        // One folder has all keys of the platform, unless they are told to lie apart.
        if (builder.Configuration["Auth:KeyFolder"] is { Length: > 0 } keys)
            builder.Configuration["Storage:KeyFolder"] ??= keys;
        builder.Services.AddEngageStorage(builder.Configuration.GetSection("Storage"));
        builder.Services.AddSingleton<StartCheck>();
        builder.Services.AddHealthChecks()
            .AddCheck<StorageCheck>("storage", timeout: StorageAnswerMax)
            .AddCheck<StartCheck>("actors");
        builder.Services.AddSingleton(
            ScoringBackends.Choose(builder.Configuration["Scoring"], builder.Configuration["Scoring:Device"]));
        builder.Services.AddEngageGrains(builder.Configuration);
        builder.UseActorEngine(
            ClusterNodeOptions.Read(builder.Configuration),
            silo => silo.AddStartupTask(StartAsync));
        builder.Services.AddEngageFollowers();
        return builder;
    }

    private static async Task StartAsync(IServiceProvider services, CancellationToken cancellationToken)
    {
        await services.StartEngageAsync(cancellationToken);
        services.GetRequiredService<StartCheck>().Started();
    }
}
