using System.Diagnostics.Metrics;
using System.Net;
using Engage.Silo.Metrics;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Engage.Silo.Management;

/// <summary>
/// A small web server of its own beside the platform, in every process, with or without a public one: what operators
/// ask must not pass through, wait for or be refused by what users use.
/// </summary>
internal sealed partial class ManagementServer(
    ManagementOptions options,
    IMeterFactory meters,
    HealthCheckService health,
    ILoggerFactory loggers,
    ILogger<ManagementServer> logger) : IHostedService, IAsyncDisposable
{
    private const string TextFormat = "text/plain; version=0.0.4; charset=utf-8";

    /// <summary>The platform's, the process' own, the web server's, the engine's, the database driver's.</summary>
    private static readonly string[] Meters =
    [
        "Engage.*",
        "System.Runtime",
        "Microsoft.AspNetCore.Hosting",
        "Microsoft.AspNetCore.Server.Kestrel",
        "Microsoft.AspNetCore.Http.Connections",
        "Microsoft.AspNetCore.RateLimiting",
        "Microsoft.Orleans",
        "Npgsql",
    ];

    private readonly MeterReader _reader = new(meters, Meters, options.SeriesMax);
    private WebApplication? _app;

    /// <summary>Where it answers, once it is started.</summary>
    public Uri? Address { get; private set; }

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Listen(IPAddress.Parse(options.Address), options.Port ?? 0);
        });
        builder.Services.AddSingleton(loggers);
        _app = builder.Build();
        _app.Run(AnswerAsync);
        await _app.StartAsync(cancellationToken);
        var server = _app.Services.GetRequiredService<IServer>();
        Address = new(server.Features.Get<IServerAddressesFeature>()!.Addresses.Single());
        LogListening(logger, Address);
    }

    public Task StopAsync(CancellationToken cancellationToken) =>
        _app?.StopAsync(cancellationToken) ?? Task.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        _reader.Dispose();
        if (_app is { } app) await app.DisposeAsync();
    }

    private Task AnswerAsync(HttpContext context) => context.Request.Path.Value switch
    {
        "/metrics" => WriteAsync(context, StatusCodes.Status200OK, _reader.Scrape(), TextFormat),
        "/healthz" => WriteAsync(context, StatusCodes.Status200OK, "alive\n", "text/plain"),
        "/readyz" => AnswerReadyAsync(context),
        _ => WriteAsync(
            context, StatusCodes.Status404NotFound, "Here are /metrics, /healthz and /readyz.\n", "text/plain"),
    };

    /// <summary>The same checks as the public <c>/readyz</c>: storage, and what else the process registered.</summary>
    private async Task AnswerReadyAsync(HttpContext context)
    {
        var report = await health.CheckHealthAsync(context.RequestAborted);
        var failing = report.Entries
            .Where(entry => entry.Value.Status != HealthStatus.Healthy)
            .Select(entry => entry.Key);
        var (status, text) = report.Status == HealthStatus.Healthy
            ? (StatusCodes.Status200OK, "ready\n")
            : (StatusCodes.Status503ServiceUnavailable, $"not answering: {string.Join(", ", failing)}\n");
        await WriteAsync(context, status, text, "text/plain");
    }

    private static Task WriteAsync(HttpContext context, int status, string text, string type)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = type;
        context.Response.Headers.CacheControl = "no-store";
        return context.Response.WriteAsync(text, context.RequestAborted);
    }

    [LoggerMessage(LogLevel.Information, "Metrics and health for operators at {Address}")]
    private static partial void LogListening(ILogger logger, Uri address);
}
