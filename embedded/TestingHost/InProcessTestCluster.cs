using System.Collections.ObjectModel;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Engage.Embedded.Runtime;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans.Runtime;

namespace Orleans.TestingHost;

/// <summary>
/// A silo for tests, and a client for it. A restarted silo is a new host, made by the same delegates.
/// </summary>
public sealed class InProcessTestCluster : IDisposable, IAsyncDisposable
{
    private InProcessSiloHandle? _silo;

    internal InProcessTestCluster(InProcessTestClusterOptions options) => Options = options;

    public InProcessTestClusterOptions Options { get; }

    public ReadOnlyCollection<InProcessSiloHandle> Silos => new(_silo is null ? [] : [_silo]);

    /// <summary>
    /// The client of the silo that runs now; what it made before a restart stays with the stopped silo.
    /// </summary>
    public IClusterClient Client => Deployed().ServiceProvider.GetRequiredService<IClusterClient>();

    public IServiceProvider GetSiloServiceProvider() => Deployed().ServiceProvider;

    public IEnumerable<InProcessSiloHandle> GetActiveSilos() => Silos.Where(silo => silo.IsActive);

    /// <summary>The present activation of a grain, if there is one.</summary>
    public bool TryGetGrainContext(GrainId grainId, [NotNullWhen(true)] out IGrainContext? grainContext)
    {
        var silo = GetSiloServiceProvider().GetRequiredService<Silo>();
        grainContext = silo.References.ClassOf(grainId.Type).Find(grainId.Key);
        return grainContext is not null;
    }

    /// <summary>Completes when the present activation is gone; at once when there is none.</summary>
    public Task WaitForDeactivationAsync(GrainId grainId) =>
        TryGetGrainContext(grainId, out var context) ? context.Deactivated : Task.CompletedTask;

    public Task WaitForDeactivationAsync(IAddressable grain) => WaitForDeactivationAsync(grain.GetGrainId());

    public Task DeactivateAsync(GrainId grainId)
    {
        if (!TryGetGrainContext(grainId, out var context))
            return Task.CompletedTask;
        context.Deactivate(new(DeactivationReasonCode.ApplicationRequested, $"{nameof(DeactivateAsync)} was called."));
        return context.Deactivated;
    }

    public Task DeactivateAsync(IAddressable grain) => DeactivateAsync(grain.GetGrainId());

    public async Task DeployAsync()
    {
        if (_silo is not null)
            throw new InvalidOperationException("The cluster is deployed already.");
        _silo = await StartSiloAsync(0, Options);
    }

    /// <summary>
    /// Starts a silo beside this cluster; it shares nothing with the others and is the caller's to stop.
    /// </summary>
    [SuppressMessage("Performance", "CA1822", Justification = "The shape is Orleans'.")]
    public async Task<InProcessSiloHandle> StartSiloAsync(
        int instanceNumber, InProcessTestClusterOptions clusterOptions)
    {
        ArgumentNullException.ThrowIfNull(clusterOptions);
        var options = new InProcessTestSiloSpecificOptions
        {
            SiloName = string.Create(CultureInfo.InvariantCulture, $"Silo_{instanceNumber}"),
        };
        var builder = Host.CreateEmptyApplicationBuilder(new() { ApplicationName = options.SiloName });
        builder.Logging.SetMinimumLevel(LogLevel.Information);
        builder.UseOrleans();
        foreach (var configure in clusterOptions.SiloHostConfigurationDelegates)
            configure(options, builder);
        var host = builder.Build();
        await Task.Run(() => host.StartAsync());
        return new() { Name = options.SiloName, SiloHost = host, InstanceNumber = (short)instanceNumber };
    }

    /// <summary>Stops the silo gracefully and starts its successor.</summary>
    public async Task<InProcessSiloHandle?> RestartSiloAsync(InProcessSiloHandle instance)
    {
        if (instance is null)
            return null;
        await StopSiloAsync(instance);
        return _silo = await StartSiloAsync(instance.InstanceNumber, Options);
    }

    public Task StopSiloAsync(InProcessSiloHandle instance) => EndAsync(instance, gracefully: true);

    /// <summary>As if the process had died, as far as one process can: no grain has a last turn.</summary>
    public Task KillSiloAsync(InProcessSiloHandle instance) => EndAsync(instance, gracefully: false);

    public async Task StopAllSilosAsync()
    {
        if (_silo is { } silo)
            await silo.StopSiloAsync(stopGracefully: true);
    }

    public async ValueTask DisposeAsync()
    {
        if (_silo is { } silo)
            await silo.DisposeAsync();
    }

    public void Dispose() => _silo?.Dispose();

    private async Task EndAsync(InProcessSiloHandle silo, bool gracefully)
    {
        await silo.StopSiloAsync(gracefully);
        silo.Dispose();
        if (ReferenceEquals(silo, _silo))
            _silo = null;
    }

    private InProcessSiloHandle Deployed() =>
        _silo ?? throw new InvalidOperationException("The cluster is not deployed: call DeployAsync first.");
}
