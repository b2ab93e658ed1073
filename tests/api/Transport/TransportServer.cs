using System.Collections.Concurrent;
using System.Net;
using Engage.Api.Realtime.Transport;
using Engage.Testing;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.SignalR;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Engage.Api.Tests.Transport;

/// <summary>A small hub on the real transport and real sockets; time moves only when the test says so.</summary>
internal sealed class TransportServer : IAsyncDisposable
{
    public const int MessageBytesMax = 32 * 1024;
    private readonly WebApplication _app;

    private TransportServer(WebApplication app, FakeTimeProvider time) => (_app, Time) = (app, time);

    public FakeTimeProvider Time { get; }

    public HubConnections Connections => _app.Services.GetRequiredService<HubConnections>();

    public Callers Callers => _app.Services.GetRequiredService<Callers>();

    public Uri Address { get; private set; } = null!;

    public static async Task<TransportServer> StartAsync(
        Action<HubTransportOptions>? configure = null,
        Action<HubOptions>? hub = null,
        TimeSpan? tokenLife = null,
        HttpProtocols protocols = HttpProtocols.Http1)
    {
        var time = new FakeTimeProvider();
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(
            kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = protocols));
        builder.Services.AddSingleton<TimeProvider>(time);
        builder.Services.AddSingleton<Callers>();
        builder.Services.AddSignalR(options =>
        {
            options.MaximumReceiveMessageSize = MessageBytesMax;
            hub?.Invoke(options);
        });
        builder.AddHubTransport<TestHub>();
        builder.Services.PostConfigure<HubTransportOptions>(options => configure?.Invoke(options));
        var app = builder.Build();
        if (tokenLife is { } life) app.Use((context, next) => Authenticated(context, time.GetUtcNow() + life, next));
        app.MapHubTransport<TestHub>("/hub");
        await app.StartAsync();
        var addresses = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses;
        return new(app, time) { Address = new(addresses.First()) };
    }

    /// <summary>Moves time second by second until what is waited for has happened.</summary>
    public async Task PassTimeUntilAsync(Task happened)
    {
        while (!happened.IsCompleted)
        {
            Time.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }
        await happened;
    }

    /// <summary>The test's own time limit ends the wait.</summary>
    public static async Task UntilAsync(Func<bool> holds)
    {
        while (!holds()) await Task.Yield();
    }

    public Task StopAsync() => _app.StopAsync();

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
    }

    private static Task Authenticated(HttpContext context, DateTimeOffset expires, RequestDelegate next)
    {
        context.Features.Set<IAuthenticateResultFeature>(new AuthenticatedFor(expires));
        return next(context);
    }

    private sealed class AuthenticatedFor(DateTimeOffset expires) : IAuthenticateResultFeature
    {
        public AuthenticateResult? AuthenticateResult { get; set; } = AuthenticateResult.Success(
            new(new(), new AuthenticationProperties { ExpiresUtc = expires }, "test"));
    }
}

/// <summary>The outboxes of those who said hello, and what became of the calls.</summary>
internal sealed class Callers
{
    private int _calls;
    private int _gone;

    public ConcurrentDictionary<string, Outbox> ByName { get; } = new();

    public int Calls => Volatile.Read(ref _calls);

    public int Gone => Volatile.Read(ref _gone);

    public void Called() => Interlocked.Increment(ref _calls);

    public void Left() => Interlocked.Increment(ref _gone);
}

internal sealed class TestHub(Callers callers) : Hub
{
    /// <summary>From now on the test can push to the caller.</summary>
    public void Hello(string name) => callers.ByName[name] = Context.Features.Get<IOutboxFeature>()!.Outbox;

    public string Echo(string text)
    {
        callers.Called();
        return text;
    }

    public string Repeat(int characters)
    {
        callers.Called();
        return new('x', characters);
    }

    public string WhoAmI() => Context.ConnectionId;

    public Task ToAll(string text) => Clients.All.SendAsync("said", text);

    public Task UntilAborted() => Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, Context.ConnectionAborted);

    public override Task OnDisconnectedAsync(Exception? exception)
    {
        callers.Left();
        return Task.CompletedTask;
    }
}
