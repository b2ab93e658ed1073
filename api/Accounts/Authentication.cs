using System.Security.Claims;
using Engage.Api.Authorization;
using Engage.Contracts;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.Options;

namespace Engage.Api.Accounts;

/// <summary>Who calls; what she may is said in <see cref="AccessTable"/>.</summary>
internal static class Authentication
{
    public static void AddAccounts(this WebApplicationBuilder builder)
    {
        builder.Services.Configure<AuthOptions>(builder.Configuration.GetSection("Auth"));
        var keys = builder.Configuration["Auth:KeyFolder"] is { Length: > 0 } folder
            ? folder
            : Path.Combine(builder.Configuration["Storage:Path"] ?? "data", "keys");
        builder.Services.AddSingleton(_ => SigningKey.LoadOrCreate(keys));
        builder.Services.AddSingleton<TokenIssuer>();

        // Authentication wants data protection; bearer tokens do not, so its keys need not outlive the process.
        builder.Services.AddDataProtection().UseEphemeralDataProtectionProvider();
        builder.Services.AddAuthentication(JwtBearerDefaults.AuthenticationScheme).AddJwtBearer();
        builder.Services.AddOptions<JwtBearerOptions>(JwtBearerDefaults.AuthenticationScheme)
            .Configure<TokenIssuer>((options, issuer) =>
            {
                options.MapInboundClaims = false;
                options.TokenValidationParameters = issuer.Validation;
                options.Events = new() { OnMessageReceived = ReadHubToken };
            });
    }

    public static bool IsService(this ClaimsPrincipal caller) => caller.IsInRole(Roles.Service);

    /// <returns>The person a token was issued for, with an account or as a guest; null for a service.</returns>
    public static UserId? UserId(this ClaimsPrincipal caller) =>
        (caller.Roles() & (Who.Guest | Who.User)) != Who.Nobody && caller.FindFirstValue("sub") is { } subject
            ? new UserId(subject)
            : null;

    /// <returns>What others see of her; her user name for a token that does not say.</returns>
    public static string DisplayName(this ClaimsPrincipal caller) =>
        caller.FindFirstValue("name")
        ?? caller.FindFirstValue("preferred_username")
        ?? caller.FindFirstValue("sub")
        ?? "";

    /// <summary>
    /// Browsers cannot set headers on a WebSocket, so the hub - and only the hub - takes the token from the query.
    /// </summary>
    private static Task ReadHubToken(MessageReceivedContext context)
    {
        if (context.Request.Path.StartsWithSegments("/hub", StringComparison.Ordinal)
            && context.Request.Query["access_token"] is [{ Length: > 0 } token])
            context.Token = token;
        return Task.CompletedTask;
    }
}

/// <summary>Who may act as a trusted back end.</summary>
internal sealed class AuthOptions
{
    public string ServiceClientId { get; set; } = "engage-service";

    /// <summary>At least 32 characters. Empty (the default): no service can sign in.</summary>
    public string ServiceClientSecret { get; set; } = "";

    /// <summary>
    /// The folder of the key that signs tokens. Nodes that serve the same people share it - a volume, a mounted secret
    /// - or a token of one is refused by the others. Default empty: <c>keys</c> in the folder of the data.
    /// </summary>
    public string KeyFolder { get; set; } = "";

    /// <summary>
    /// Origins besides our own whose pages may open the hub, for example <c>https://learn.example</c>.
    /// Default none.
    /// </summary>
    public string[] AllowedOrigins { get; set; } = [];
}
