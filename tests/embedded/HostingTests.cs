using System.Net;

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Engage.Embedded.Tests;

public sealed class HostingTests
{
    [Fact]
    public async Task StartupTasksCallGrainsBeforeLaterServicesStart()
    {
        var started = new List<string>();
        var builder = Host.CreateEmptyApplicationBuilder(new());
        builder.UseOrleans(silo => silo.AddStartupTask(async (services, _) =>
            started.Add(await services.GetRequiredService<IGrainFactory>().GetGrain<ICallGrain>("task").Name())));
        builder.Services.AddHostedService(_ => new Recorder(started));
        using var host = builder.Build();

        await host.StartAsync().Soon();
        await host.StopAsync().Soon();

        Assert.Equal(["task", "later service"], started);
    }

    [Fact]
    public async Task UseOrleansOfAHostBuilderConfiguresTheSameSilo()
    {
        var configured = 0;
        using var host = new HostBuilder()
            .UseOrleans((_, silo) => configured++)
            .UseOrleans(silo => configured++)
            .Build();

        await host.StartAsync().Soon();
        var name = await host.Services.GetRequiredService<IClusterClient>().GetGrain<ICallGrain>("host").Name().Soon();
        await host.StopAsync().Soon();

        Assert.Equal("host", name);
        Assert.Equal(2, configured);
        Assert.Single(host.Services.GetServices<IHostedService>());
    }

    [Fact]
    public async Task GrainsCanBeCalledUntilKestrelHasServedItsLastRequest()
    {
        var gate = new Gate();
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.UseOrleans();
        await using var app = builder.Build();
        app.MapGet("/", async (IGrainFactory grains) =>
        {
            await gate.Pass();
            return await grains.GetGrain<ICallGrain>("web").Name();
        });
        await app.StartAsync().Soon();
        using var client = new HttpClient { BaseAddress = new(AddressOf(app)) };

        var request = client.GetAsync(new Uri("/", UriKind.Relative));
        await gate.Reached;
        var stopping = app.StopAsync();
        gate.Open();
        using var response = await request.Soon();
        await stopping.Soon();

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("web", await response.Content.ReadAsStringAsync());
    }

    private static string AddressOf(WebApplication app) =>
        app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();

    private sealed class Recorder(List<string> started) : IHostedService
    {
        public Task StartAsync(CancellationToken cancellationToken)
        {
            started.Add("later service");
            return Task.CompletedTask;
        }

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
