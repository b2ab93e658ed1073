using System.Globalization;
using Engage.Contracts;
using Engage.Contracts.Activity;
using Engage.Contracts.Catalogue;
using Engage.Silo;
using Engage.Storage;
using Engage.Storage.Sqlite;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Orleans.Storage;
using Orleans.TestingHost;

namespace Engage.Grains.Tests;

/// <summary>
/// A silo as it is composed for production, on a temporary folder, with a storage that can be told to fail. Stopping it
/// while the storage fails loses what the actors had not stored, as a crash does.
/// </summary>
public sealed class TestPlatform : IAsyncDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("engage-grains-").FullName;
    private InProcessTestCluster? _cluster;

    internal FailingGrainStorage Storage { get; private set; } = null!;

    public IGrainFactory Grains => _cluster!.Client;

    public IServiceProvider Services => _cluster!.GetSiloServiceProvider();

    public Dictionary<string, string?> Settings { get; } = new()
    {
        ["Pump:CheckpointPeriod"] = "00:00:00.050",
    };

    /// <summary>Registers what a test puts in another's place.</summary>
    public Action<IServiceCollection> Configure { get; init; } = _ => { };

    public static Task<TestPlatform> StartAsync(params (string Key, string Value)[] settings) =>
        StartAsync(_ => { }, settings);

    /// <param name="configure">Adds to the silo's services.</param>
    public static async Task<TestPlatform> StartAsync(
        Action<IServiceCollection> configure, params (string Key, string Value)[] settings)
    {
        var platform = new TestPlatform { Configure = configure };
        foreach (var (key, value) in settings) platform.Settings[key] = value;
        await platform.StartAsync();
        return platform;
    }

    public async Task StartAsync()
    {
        var builder = new InProcessTestClusterBuilder(1);
        builder.ConfigureSiloHost((_, host) =>
        {
            host.Configuration.AddInMemoryCollection(Settings);
            host.Configuration["Storage:Path"] = _folder;
            host.Logging.ClearProviders();
            host.AddEngageSilo();
            host.Services.AddKeyedSingleton<IGrainStorage>(
                StorageRegistration.DefaultGrainStorage,
                (services, _) => Storage =
                    new FailingGrainStorage(new SqliteGrainStorage(services.GetRequiredService<SqliteDatabase>())));
            Configure(host.Services);
        });
        _cluster = builder.Build();
        await _cluster.DeployAsync();
    }

    public Task StopAsync() => _cluster!.DisposeAsync().AsTask();

    public async Task CreateContentsAsync(int count)
    {
        var community = new Community { Id = new("g-1"), Name = new() { En = "Community" } };
        var creator = new Creator { Id = new("k-1"), Name = new() { En = "Creator" } };
        await Grains.GetGrain<ICommunityGrain>("g-1").CreateAsync(community, CancellationToken.None);
        await Grains.GetGrain<ICreatorGrain>("k-1").CreateAsync(creator, CancellationToken.None);
        for (var i = 1; i <= count; i++)
            await Grains.GetGrain<IContentGrain>($"c-{i}").CreateAsync(
                new()
                {
                    Id = new($"c-{i}"),
                    ContentKind = ContentKind.Course,
                    Creator = creator.Id,
                    Community = community.Id,
                    Title = new() { En = $"Course {i}", Zh = $"课程 {i}" },
                    PublishedAt = DateTimeOffset.UnixEpoch.AddDays(i),
                },
                CancellationToken.None);
    }

    public Task<EventOutcome[]> AppendAsync(params ActivityEvent[] events) =>
        Grains.GetGrain<IActivityIngressGrain>("test").AppendAsync(events, CancellationToken.None);

    public static ActivityEvent Event(string user, string content, ActivityKind kind = ActivityKind.Viewed) => new()
    {
        EventId = Guid.NewGuid(),
        User = new UserId(user),
        Kind = kind,
        Content = new ContentId(content),
        OccurredAt = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero),
    };

    /// <summary>Asks until the condition holds for every partition.</summary>
    public async Task UntilAsync(Func<PartitionProgress, bool> condition)
    {
        while (true)
        {
            var progress = await Task.WhenAll(Enumerable.Range(0, 8).Select(partition =>
                Grains.GetGrain<IActivityPartitionGrain>(partition.ToString(CultureInfo.InvariantCulture))
                    .GetProgressAsync()));
            if (progress.All(condition)) return;
            await Task.Yield();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        Directory.Delete(_folder, recursive: true);
    }
}
