using Engage.Api.Tests.Rooms;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Engage.Api.Tests.Privacy;

/// <summary>A server that logs into its data folder, of one test alone.</summary>
internal sealed class PrivateServer : RoomServer, IAsyncDisposable
{
    /// <summary>Where everything is that it keeps.</summary>
    public string Data => Folder;

    protected override string[] Settings =>
        [.. base.Settings, "--Logging:LogLevel:Default", "Information", "--Pump:CheckpointPeriod", "00:00:00.100"];

    public static async Task<PrivateServer> StartNewAsync()
    {
        var server = new PrivateServer();
        await server.InitializeAsync();
        return server;
    }

    /// <summary>Signs the planted person in again.</summary>
    public async Task<string> TokenAsync(PlantedValues planted) =>
        (await SignInAsync(planted["user name"], planted["device"])).Text("accessToken");

    public async Task UntilErasedAsync(string id)
    {
        while ((await Anonymous.GetJsonAsync($"/v1/privacy/erasure/{id}")).Body.Text("state") != "done")
            await Task.Yield();
    }

    /// <summary>Until all events are in the actors' and the model's memory.</summary>
    public async Task UntilAppliedAsync()
    {
        while (true)
        {
            var (_, progress) = await Service.GetJsonAsync("/v1/activity/progress");
            if (progress.GetProperty("partitions").EnumerateArray().All(partition =>
                    partition.GetProperty("applied").GetInt64() == partition.GetProperty("head").GetInt64()))
                return;
        }
    }

    protected override void Replace(IServiceCollection services)
    {
        var log = new LogFile(Path.Combine(Folder, "logs", "api.log"));
        services.AddSingleton<ILoggerProvider>(log);
    }

    async ValueTask IAsyncDisposable.DisposeAsync()
    {
        await StopAsync();
        Dispose();
    }
}
