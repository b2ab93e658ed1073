using Engage.Contracts.Recommending;
using Engage.Grains.Recommending;
using Engage.Silo;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Engage.Bench.Scoring;

/// <summary>A silo as it is composed for production, on a temporary folder, in this process.</summary>
internal sealed class ScoringHost : IAsyncDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("engage-bench-scoring-").FullName;
    private readonly IHost _host;

    private ScoringHost(IEnumerable<KeyValuePair<string, string?>> settings)
    {
        // As a node has it. All below this folder is watched for new settings: below the one this is started from there
        // may be a whole repository, or the very files that the silo writes.
        var builder = Host.CreateApplicationBuilder(
            new HostApplicationBuilderSettings { ContentRootPath = AppContext.BaseDirectory });
        builder.Configuration.AddInMemoryCollection(settings);
        builder.Configuration["Storage:Path"] = _folder;
        builder.Logging.ClearProviders();
        builder.AddEngageSilo();
        _host = builder.Build();
    }

    public IServiceProvider Services => _host.Services;

    public IGrainFactory Grains => Services.GetRequiredService<IGrainFactory>();

    /// <summary>The door that feeds go through.</summary>
    public IScoringGrain Scoring => Grains.GetGrain<IScoringGrain>("local");

    public ModelBoard Board => Services.GetRequiredService<ModelBoard>();

    public static async Task<ScoringHost> StartAsync(
        CancellationToken cancellation, params (string Key, string Value)[] settings)
    {
        var host = new ScoringHost(
            settings.Select(setting => new KeyValuePair<string, string?>(setting.Key, setting.Value)));
        await host._host.StartAsync(cancellation);
        return host;
    }

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync();
        _host.Dispose();
        Directory.Delete(_folder, recursive: true);
    }
}
