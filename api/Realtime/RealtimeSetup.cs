using Engage.Api.Accounts;
using Engage.Api.Authorization;
using Engage.Api.Limits;
using Engage.Api.Realtime.Transport;
using Microsoft.AspNetCore.SignalR;

namespace Engage.Api.Realtime;

internal static class RealtimeSetup
{
    private const string HubPath = "/hub";

    /// <summary>A hub message holds a batch of events, as a request body does, and its envelope.</summary>
    private const int MessageBytesMax = (1 << 20) + 4_096;

    /// <summary>
    /// Calls of one connection that may be under way; beyond them it is not read. They begin in order: what is said in
    /// a room waits for the log, and the next sentence need not wait for that.
    /// </summary>
    private const int CallsUnderWayMax = 16;

    /// <summary>Logs every refused call with a stack trace: a way for one user to fill the disk.</summary>
    private const string DispatcherLog = "Microsoft.AspNetCore.SignalR.Internal.DefaultHubDispatcher";

    /// <summary>Logs each request with its query, and in the query of the hub's address is the token.</summary>
    private const string RequestLog = "Microsoft.AspNetCore.Hosting.Diagnostics";

    /// <summary>
    /// Log below that, for whoever debugs routes, each path as it was sent: codes of gifts are in it, and whatever
    /// somebody typed into an address by mistake.
    /// </summary>
    private static readonly string[] PathLogs =
    [
        "Microsoft.AspNetCore.Routing", "Microsoft.AspNetCore.StaticFiles", "Microsoft.AspNetCore.HostFiltering",
        "Microsoft.AspNetCore.Server.Kestrel.BadRequests",
    ];

    public static void AddRealtime(this WebApplicationBuilder builder)
    {
        builder.Logging.AddFilter(RequestLog, LogLevel.Warning);
        builder.Logging.AddFilter(DispatcherLog, LogLevel.None);
        foreach (var category in PathLogs) builder.Logging.AddFilter(category, LogLevel.Information);
        builder.Services.AddSingleton<HubLimits>();
        builder.Services.AddSingleton<HubProblems>();
        builder.Services.AddSingleton<SessionCalls>();
        builder.Services
            .AddSignalR(options =>
            {
                options.MaximumReceiveMessageSize = MessageBytesMax;
                options.MaximumParallelInvocationsPerClient = CallsUnderWayMax;
                options.AddFilter<SessionCalls>();
                options.AddFilter<HubLimits>();
                options.AddFilter<HubProblems>();
                options.AddAccessTable();
            })
            .AddJsonProtocol(options => EngageServer.ConfigureJson(options.PayloadSerializerOptions));
        builder.AddHubTransport<EngageHub>();
        builder.Services.AddSingleton<HubPushes>();
        builder.Services.AddSingleton<FeedGateway>();
        builder.Services.AddHostedService(services => services.GetRequiredService<FeedGateway>());
    }

    public static void MapRealtime(this WebApplication app) =>
        app.MapHubTransport<EngageHub>(HubPath);
}
