using Engage.Api.Accounts;

namespace Engage.Api.Authorization;

/// <summary>
/// What pages of other sites may read (CORS): nothing, but for the origins of <c>Auth:AllowedOrigins</c>, and those
/// without cookies.
/// </summary>
internal static class CrossOrigin
{
    private static readonly TimeSpan PreflightAge = TimeSpan.FromMinutes(10);

    public static void AddCrossOrigin(this WebApplicationBuilder builder)
    {
        builder.Services.AddOptions<AuthOptions>()
            .Validate(
                options => Array.TrueForAll(options.AllowedOrigins, IsOrigin),
                "Auth:AllowedOrigins: expected origins such as 'https://learn.example': scheme, host, port if it is "
                + "not the scheme's, and no path; '*' and 'null' are none.")
            .ValidateOnStart();
        builder.Services.AddCors();
    }

    public static void UseCrossOrigin(this WebApplication app)
    {
        var origins = app.Configuration.GetSection("Auth:AllowedOrigins").Get<string[]>() ?? [];
        if (origins.Length == 0) return;
        app.UseCors(policy => policy.WithOrigins(origins)
            .WithMethods("GET", "POST", "PUT", "PATCH", "DELETE")
            .WithHeaders("Authorization", "Content-Type", "Accept", "Idempotency-Key", "X-Requested-With",
                "X-SignalR-User-Agent")
            .WithExposedHeaders("Retry-After", "Idempotency-Replayed")
            .SetPreflightMaxAge(PreflightAge));
    }

    private static bool IsOrigin(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var uri)
        && uri.Scheme is "http" or "https"
        && uri.GetLeftPart(UriPartial.Authority) == text;
}
