using Engage.Storage;
using Microsoft.Extensions.Hosting;
using Orleans.Hosting;

namespace Engage.Silo;

/// <summary>The engine of one process; compiled when Engine=Embedded. Its counterpart is OrleansEngine.cs.</summary>
internal static class EmbeddedEngine
{
    public static void UseActorEngine(
        this IHostApplicationBuilder builder, ClusterNodeOptions cluster, Action<ISiloBuilder> configure)
    {
        if (cluster.Role != ClusterRole.Silo)
            throw new ArgumentException($"Cluster:Role is {cluster.Role}; a node that runs actors is a Silo.");

        var storage = builder.Configuration.GetSection("Storage");
        builder.Services.AddEngageGrainStorage(storage);
        if (StorageRegistration.PostgresKeywords(storage) is not null) builder.Services.KeepKeysAsText();
        builder.UseOrleans(configure);
    }

    public static void UseActorClient(this IHostApplicationBuilder builder, ClusterNodeOptions cluster) =>
        throw new ArgumentException(
            $"{builder.Environment.ApplicationName}: Cluster:Role is {cluster.Role}, but this build runs its actors in "
            + "its own process and knows no clusters. Leave the role out, or build with -p:Engine=Orleans.");
}
