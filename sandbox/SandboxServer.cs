using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Options;

namespace Engage.Sandbox;

/// <summary>The provider's server.</summary>
internal static class SandboxServer
{
    public static WebApplication Build(string[] args)
    {
        var builder = WebApplication.CreateBuilder(args);
        builder.Services.Configure<SandboxOptions>(builder.Configuration.GetSection("Sandbox"));
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddSingleton(services =>
            new ChargeBook(services.GetRequiredService<IOptions<SandboxOptions>>().Value.Path));
        builder.Services.AddSingleton<Faults>();
        builder.Services.AddSingleton<Webhooks>();
        builder.Services.AddHostedService(services => services.GetRequiredService<Webhooks>());

        var app = builder.Build();
        app.MapGet("/healthz", () => "ok");
        app.MapCards();
        app.MapCharges().AddEndpointFilter(RequireKeyAsync);
        return app;
    }

    private static async ValueTask<object?> RequireKeyAsync(
        EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var options = context.HttpContext.RequestServices.GetRequiredService<IOptions<SandboxOptions>>().Value;
        var shown = context.HttpContext.Request.Headers.Authorization.ToString();
        return options.Key.Length > 0 && Same(shown, $"Bearer {options.Key}")
            ? await next(context)
            : TypedResults.Unauthorized();
    }

    private static bool Same(string a, string b) => CryptographicOperations.FixedTimeEquals(
        SHA256.HashData(Encoding.UTF8.GetBytes(a)), SHA256.HashData(Encoding.UTF8.GetBytes(b)));
}
