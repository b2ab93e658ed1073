using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans.Hosting;

namespace Orleans.TestingHost;

/// <summary>Builds a silo for tests.</summary>
public sealed class InProcessTestClusterBuilder
{
    public InProcessTestClusterBuilder()
        : this(1)
    {
    }

    /// <param name="initialSilosCount">Accepted for compatibility: this engine has one silo.</param>
    public InProcessTestClusterBuilder(short initialSilosCount) => Options.InitialSilosCount = initialSilosCount;

    public InProcessTestClusterOptions Options { get; } = new();

    public InProcessTestClusterBuilder ConfigureHost(Action<IHostApplicationBuilder> configureDelegate)
    {
        Options.SiloHostConfigurationDelegates.Add((_, host) => configureDelegate(host));
        return this;
    }

    public InProcessTestClusterBuilder ConfigureSilo(
        Action<InProcessTestSiloSpecificOptions, ISiloBuilder> configureSiloDelegate)
    {
        Options.SiloHostConfigurationDelegates.Add(
            (options, host) => host.UseOrleans(silo => configureSiloDelegate(options, silo)));
        return this;
    }

    public InProcessTestClusterBuilder ConfigureSiloHost(
        Action<InProcessTestSiloSpecificOptions, IHostApplicationBuilder> configureSiloHostDelegate)
    {
        Options.SiloHostConfigurationDelegates.Add(configureSiloHostDelegate);
        return this;
    }

    public InProcessTestCluster Build() => new(Options);
}

public sealed class InProcessTestClusterOptions
{
    public string ClusterId { get; set; } = "test";

    public string ServiceId { get; set; } = "test";

    public short InitialSilosCount { get; set; } = 1;

    public List<Action<InProcessTestSiloSpecificOptions, IHostApplicationBuilder>> SiloHostConfigurationDelegates
    { get; } = [];
}

public sealed class InProcessTestSiloSpecificOptions
{
    public string SiloName { get; set; } = "Primary";
}

public sealed class InProcessSiloHandle
{
    public required string Name { get; init; }

    public required IHost SiloHost { get; init; }

    public IServiceProvider ServiceProvider => SiloHost.Services;

    public bool IsActive { get; internal set; }
}

/// <summary>A silo for tests, and a client for it.</summary>
public sealed class InProcessTestCluster : IAsyncDisposable, IDisposable
{
    private InProcessSiloHandle? _silo;

    internal InProcessTestCluster(InProcessTestClusterOptions options) => Options = options;

    public InProcessTestClusterOptions Options { get; }

    public IReadOnlyList<InProcessSiloHandle> Silos => _silo is null ? [] : [_silo];

    public IClusterClient Client => Deployed().ServiceProvider.GetRequiredService<IClusterClient>();

    public IServiceProvider GetSiloServiceProvider() => Deployed().ServiceProvider;

    public async Task DeployAsync()
    {
        var silo = new InProcessTestSiloSpecificOptions();
        var builder = Host.CreateEmptyApplicationBuilder(new() { ApplicationName = Options.ServiceId });
        builder.Logging.SetMinimumLevel(LogLevel.Information);
        builder.UseOrleans();
        foreach (var configure in Options.SiloHostConfigurationDelegates)
            configure(silo, builder);
        var host = builder.Build();
        await host.StartAsync();
        _silo = new() { Name = silo.SiloName, SiloHost = host, IsActive = true };
    }

    public async Task StopAllSilosAsync()
    {
        if (_silo is not { IsActive: true } silo)
            return;
        silo.IsActive = false;
        await silo.SiloHost.StopAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await StopAllSilosAsync();
        Dispose();
    }

    public void Dispose() => _silo?.SiloHost.Dispose();

    private InProcessSiloHandle Deployed() =>
        _silo ?? throw new InvalidOperationException("The cluster is not deployed: call DeployAsync first.");
}
