using System.Net;
using Engage.Silo.Management;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;

namespace Engage.Silo.Tests;

public sealed class ManagementTests
{
    [Fact]
    public async Task ScrapeShowsTheProcess()
    {
        using var host = await StartAsync(HealthStatus.Healthy);
        using var http = Client(host);

        using var answer = await http.GetAsync(new Uri("/metrics", UriKind.Relative));

        var text = await answer.Content.ReadAsStringAsync();
        Assert.Equal("text/plain; version=0.0.4; charset=utf-8", answer.Content.Headers.ContentType!.ToString());
        Assert.Contains("\ndotnet_gc_collections_total{", text, StringComparison.Ordinal);
        Assert.Contains("\ndotnet_process_memory_working_set_bytes ", text, StringComparison.Ordinal);
        Assert.Contains("\nengage_metrics_dropped_series_total 0\n", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(HealthStatus.Healthy, HttpStatusCode.OK, "ready\n")]
    [InlineData(HealthStatus.Unhealthy, HttpStatusCode.ServiceUnavailable, "not answering: disk\n")]
    public async Task ReadinessIsThatOfTheChecks(HealthStatus disk, HttpStatusCode status, string text)
    {
        using var host = await StartAsync(disk);
        using var http = Client(host);

        using var answer = await http.GetAsync(new Uri("/readyz", UriKind.Relative));

        Assert.Equal((status, text), (answer.StatusCode, await answer.Content.ReadAsStringAsync()));
    }

    [Fact]
    public async Task WithoutPortNothingListens()
    {
        var builder = Host.CreateEmptyApplicationBuilder(new());

        builder.AddManagement();

        using var host = builder.Build();
        await host.StartAsync();
        Assert.Empty(host.Services.GetServices<IHostedService>());
    }

    [Theory]
    [InlineData("Port", "65536")]
    [InlineData("Address", "localhost")]
    [InlineData("SeriesMax", "0")]
    public void OptionOutOfRangeIsRefusedByName(string name, string value)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new());
        builder.Configuration[$"Management:{name}"] = value;

        var error = Assert.Throws<ArgumentException>(() => builder.AddManagement());

        Assert.Contains($"{name} is", error.Message, StringComparison.Ordinal);
    }

    private static async Task<IHost> StartAsync(HealthStatus disk)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new());
        builder.Configuration["Management:Port"] = "0";
        builder.Services.AddMetrics();
        builder.Services.AddHealthChecks().AddCheck("disk", () => new(disk));
        builder.AddManagement();
        var host = builder.Build();
        await host.StartAsync();
        return host;
    }

    private static HttpClient Client(IHost host) => new()
    {
        BaseAddress = host.Services.GetServices<IHostedService>().OfType<ManagementServer>().Single().Address,
    };
}
