using Microsoft.AspNetCore.SignalR;
using Microsoft.Extensions.Options;

namespace Engage.Api.Realtime.Transport;

internal static class HubTransportSetup
{
    /// <summary>As many may knock at once as the kernel lets (net.core.somaxconn): everybody after a restart.</summary>
    private const int BacklogMax = 16 * 1024;

    public static void AddHubTransport<THub>(this WebApplicationBuilder builder) where THub : Hub
    {
        builder.Services.AddOptions<HubTransportOptions>()
            .BindConfiguration(HubTransportOptions.Section)
            .ValidateOnStart();
        builder.Services.AddSingleton<IValidateOptions<HubTransportOptions>, HubTransportOptionsCheck>();
        builder.Services.AddSingleton<HubConnections>();
        builder.Services.AddSingleton<HubTransportMetrics>();
        builder.Services.AddSingleton<HubEndpoint<THub>>();
        builder.Services.AddHostedService<HubHeartbeat>();
        builder.Services.AddTransient<IStartupFilter, ServeHubFirst>();
        builder.WebHost.UseSockets(sockets => sockets.Backlog = BacklogMax);
    }

    /// <returns>For what holds for all requests of the hub: who may, from where.</returns>
    public static IEndpointConventionBuilder MapHubTransport<THub>(this WebApplication app, string path)
        where THub : Hub
    {
        var hub = app.Services.GetRequiredService<HubEndpoint<THub>>();
        var group = app.MapGroup(path).ExcludeFromDescription();
        group.MapPost("/negotiate", hub.NegotiateAsync);
        group.MapMethods("", [HttpMethods.Get, HttpMethods.Connect], hub.ConnectAsync);
        return group;
    }
}
