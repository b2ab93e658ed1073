using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Engage.Grains.Recommending;
using Engage.Storage;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans.Configuration;
using Orleans.Hosting;
using Orleans.Runtime;
using Orleans.Runtime.Hosting;
using Orleans.Storage;

namespace Engage.Silo;

/// <summary>
/// Microsoft Orleans; compiled when Engine=Orleans. Its counterpart is EmbeddedEngine.cs. On PostgreSQL the database
/// holds membership, grain state and reminders in Orleans' own layout, next to our tables; on SQLite there is one silo
/// with our grain storage, for development.
/// </summary>
internal static partial class OrleansEngine
{
    private const string Invariant = "Npgsql";
    private const string RelationalStorage = "Relational";
    private const int AliveSignsMissedMax = 3;

    /// <summary>What the silos without the model grain lag behind at most; a section Model that says otherwise
    /// wins.</summary>
    private static readonly TimeSpan ClusterStorePeriod = TimeSpan.FromSeconds(5);

    public static void UseActorEngine(
        this IHostApplicationBuilder builder, ClusterNodeOptions cluster, Action<ISiloBuilder> configure)
    {
        if (cluster.Role != ClusterRole.Silo)
            throw new ArgumentException($"Cluster:Role is {cluster.Role}; a node that runs actors is a Silo.");

        Quieten(builder.Logging);
        builder.Services.AddSingleton(cluster);
        if (StorageRegistration.PostgresKeywords(StorageOf(builder)) is not null)
            builder.Services.AddHostedService<PredecessorWait>();
        builder.UseOrleans(silo =>
        {
            silo.Configure<ClusterOptions>(options => Name(options, cluster, builder.Configuration));
            silo.Configure<ClusterMembershipOptions>(options => Tune(options, cluster));
            silo.Configure<SiloMessagingOptions>(options => options.ResponseTimeout = cluster.ResponseTimeout);
            if (StorageRegistration.PostgresKeywords(StorageOf(builder)) is { } connectionString)
                UsePostgres(silo, builder.Configuration, cluster, connectionString);
            else
                UseOneSilo(silo, cluster, StorageOf(builder));
            configure(silo);
        });
    }

    public static void UseActorClient(this IHostApplicationBuilder builder, ClusterNodeOptions cluster)
    {
        var connectionString = StorageRegistration.PostgresKeywords(StorageOf(builder))
            ?? throw new ArgumentException(
                "Cluster:Role is Client, so the silos are found through PostgreSQL: set Storage:Kind to 'postgres' and "
                + "Storage:ConnectionString to the silos' database.");
        Quieten(builder.Logging);
        builder.UseOrleansClient(client =>
        {
            client.Configure<ClusterOptions>(options => Name(options, cluster, builder.Configuration));
            client.Configure<ClientMessagingOptions>(options => options.ResponseTimeout = cluster.ResponseTimeout);
            client.Configure<GatewayOptions>(options => options.GatewayListRefreshPeriod = cluster.ProbeTimeout * 2);
            client.UseAdoNetClustering(options =>
                (options.Invariant, options.ConnectionString) = (Invariant, connectionString));
            client.UseConnectionRetryFilter<ConnectionPatience>();
            client.Services.AddSingleton(cluster);
        });
    }

    /// <summary>Orleans places actors by it, and it would log two lines for each.</summary>
    private static void Quieten(ILoggingBuilder logging) => logging.AddFilter("Polly", LogLevel.Warning);

    private static IConfigurationSection StorageOf(IHostApplicationBuilder builder) =>
        builder.Configuration.GetSection("Storage");

    /// <summary>Whose the data are is said once, for either engine: where the storage is described.</summary>
    private static void Name(ClusterOptions options, ClusterNodeOptions cluster, IConfiguration configuration)
    {
        options.ClusterId = cluster.ClusterId;
        options.ServiceId = configuration["Storage:ServiceId"] ?? new StorageOptions().ServiceId;
    }

    private static void Tune(ClusterMembershipOptions options, ClusterNodeOptions cluster)
    {
        options.ProbeTimeout = cluster.ProbeTimeout;
        options.NumMissedProbesLimit = cluster.MissedProbesMax;
        options.NumVotesForDeathDeclaration = cluster.VotesForDeath;

        options.IAmAliveTablePublishTimeout = cluster.AliveSignPeriod;
        options.NumMissedTableIAmAliveLimit = AliveSignsMissedMax;
    }

    private static void UsePostgres(
        ISiloBuilder silo, IConfiguration configuration, ClusterNodeOptions cluster, string connectionString)
    {
        silo.ConfigureEndpoints(AddressOf(cluster), cluster.SiloPort, cluster.GatewayPort);
        silo.UseAdoNetClustering(options =>
            (options.Invariant, options.ConnectionString) = (Invariant, connectionString));
        silo.UseAdoNetReminderService(options =>
            (options.Invariant, options.ConnectionString) = (Invariant, connectionString));
        silo.Services.AddAdoNetGrainStorage(RelationalStorage, options =>
        {
            (options.Invariant, options.ConnectionString) = (Invariant, connectionString);
            options.GrainStorageSerializer = new StateJsonSerializer(new StorageOptions().StateJson);
        });
        silo.Services.AddGrainStorage(StorageRegistration.DefaultGrainStorage, (services, _) =>
            new TextKeyStorage(services.GetRequiredKeyedService<IGrainStorage>(RelationalStorage)));
        if (configuration["Model:StorePeriod"] is null)
            silo.Configure<ModelOptions>(options => options.StorePeriod = ClusterStorePeriod);
    }

    private static void UseOneSilo(ISiloBuilder silo, ClusterNodeOptions cluster, IConfiguration storage)
    {
        silo.UseLocalhostClustering(cluster.SiloPort, cluster.GatewayPort, clusterId: cluster.ClusterId);
        silo.AddReminders();
        silo.Services.AddEngageGrainStorage(storage);
        silo.Services.TryAddSingleton(services =>
            services.GetRequiredKeyedService<IGrainStorage>(StorageRegistration.DefaultGrainStorage));
    }

    private static IPAddress AddressOf(ClusterNodeOptions cluster)
    {
        if (IPAddress.TryParse(cluster.AdvertisedAddress, out var address)) return address;

        var host = cluster.AdvertisedAddress.Length == 0 ? Dns.GetHostName() : cluster.AdvertisedAddress;
        return Dns.GetHostAddresses(host, AddressFamily.InterNetwork)
            .OrderBy(IPAddress.IsLoopback)
            .FirstOrDefault()
            ?? throw new ArgumentException(
                $"Cluster:AdvertisedAddress: '{host}' has no IPv4 address; give the one that other nodes reach.");
    }

    /// <summary>Writes what our own grain storage writes, so that either engine reads the other's state.</summary>
    private sealed class StateJsonSerializer(JsonSerializerOptions json) : IGrainStorageSerializer
    {
        public BinaryData Serialize<T>(T? input) => new(JsonSerializer.SerializeToUtf8Bytes(input, json));

        public T? Deserialize<T>(BinaryData input) => JsonSerializer.Deserialize<T>(input.ToMemory().Span, json);
    }

    /// <summary>
    /// A cluster that died as a whole leaves silos in the table that nobody could declare dead. One that joins would
    /// wait for their answer, and looks only once whether their signs of life are old: so it joins when they are old.
    /// Silos that answer, or that others declare dead meanwhile, are not waited for.
    /// </summary>
    private sealed partial class PredecessorWait(
        IMembershipTable table, ClusterNodeOptions cluster, TimeProvider time, ILogger<PredecessorWait> logger)
        : IHostedService
    {
        private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

        public async Task StartAsync(CancellationToken cancellationToken)
        {
            await table.InitializeMembershipTableAsync(true, cancellationToken);
            while (await FindSilentAsync(cancellationToken) is { } silent)
            {
                LogWaiting(silent);
                await Task.Delay(Pause, time, cancellationToken);
            }
        }

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        private async Task<SiloAddress?> FindSilentAsync(CancellationToken cancellationToken)
        {
            var own = new IPEndPoint(AddressOf(cluster), cluster.SiloPort);
            var oldest = time.GetUtcNow().UtcDateTime - (cluster.AliveSignPeriod * AliveSignsMissedMax) - Pause;
            foreach (var (entry, _) in (await table.ReadAllAsync(cancellationToken)).Members)
                if (entry.Status == SiloStatus.Active
                    && entry.IAmAliveTime > oldest
                    && !entry.SiloAddress.Endpoint.Equals(own)
                    && !await AnswersAsync(entry.SiloAddress.Endpoint, cancellationToken))
                    return entry.SiloAddress;
            return null;
        }

        private async Task<bool> AnswersAsync(IPEndPoint endpoint, CancellationToken cancellationToken)
        {
            using var socket = new Socket(endpoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            try
            {
                await socket.ConnectAsync(endpoint, cancellationToken).AsTask()
                    .WaitAsync(Pause, time, cancellationToken);
                return true;
            }
            catch (Exception exception) when (exception is SocketException or TimeoutException)
            {
                return false;
            }
        }

        [LoggerMessage(
            LogLevel.Information, "Silo {Silo} of an earlier run does not answer; starting when its last sign is old")]
        private partial void LogWaiting(SiloAddress silo);
    }

    /// <summary>A client may start before the first silo: asks again until the patience ends.</summary>
    private sealed class ConnectionPatience(ClusterNodeOptions cluster, TimeProvider time)
        : IClientConnectionRetryFilter
    {
        private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);
        private readonly DateTimeOffset _end = time.GetUtcNow() + cluster.ConnectPatience;

        public async Task<bool> ShouldRetryConnectionAttempt(Exception exception, CancellationToken cancellationToken)
        {
            if (time.GetUtcNow() >= _end) return false;

            await Task.Delay(Pause, time, cancellationToken);
            return true;
        }
    }
}
