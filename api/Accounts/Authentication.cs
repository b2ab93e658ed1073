using System.Security.Claims;
using Engage.Api.Authorization;
using Engage.Contracts;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.AspNetCore.DataProtection;

namespace Engage.Api.Accounts;

/// <summary>Who calls; what she may is said in <see cref="AccessTable"/>.</summary>
internal static class Authentication
{
    public static void AddAccounts(this WebApplicationBuilder builder)
    {
        builder.Services.Configure<AuthOptions>(builder.Configuration.GetSection(AuthOptions.Section));
        var keys = builder.Configuration["Auth:KeyFolder"] is { Length: > 0 } folder
            ? folder
            : Path.Combine(builder.Configuration["Storage:Path"] ?? "data", "keys");
        builder.Services.AddSingleton(services => KeyRing.Open(keys, services.GetRequiredService<TimeProvider>()));
        builder.Services.AddSingleton(_ => AccountKeys.LoadOrCreate(keys));
        builder.Services.AddSingleton<BlindIndex>();
        builder.Services.AddSingleton<RefreshTokens>();
        builder.Services.AddSingleton<KnownDevices>();
        builder.Services.AddSingleton<TokenIssuer>();
        builder.Services.AddSingleton<AddressLimit>();
        builder.Services.AddSingleton<SignInDesk>();
        builder.Services.AddSingleton<TokenDesk>();
        builder.Services.AddSingleton<ConnectionRenewal>();
        builder.Services.AddSingleton<RevokedSessions>();
        builder.Services.AddHostedService(services => services.GetRequiredService<RevokedSessions>());
        builder.Services.AddHostedService<KeyTurning>();
        builder.Services.AddHostedService<FirstOperator>();
        builder.AddBearerTokens();
    }

    private static void AddBearerTokens(this WebApplicationBuilder builder)
    {
        // Authentication wants data protection; bearer tokens do not, so its keys need not outlive the process.
        builder.Services.AddDataProtection().UseEphemeralDataProtectionProvider();
        builder.Services.AddAuthentication(JwtBearerDefaults.AuthenticationScheme).AddJwtBearer();
        builder.Services.AddOptions<JwtBearerOptions>(JwtBearerDefaults.AuthenticationScheme)
            .Configure<TokenIssuer, RevokedSessions>((options, issuer, revoked) =>
            {
                options.MapInboundClaims = false;
                options.TokenValidationParameters = issuer.Validation;
                options.Events = new()
                {
                    OnMessageReceived = ReadHubToken,
                    OnTokenValidated = context => RefuseRevokedAsync(context, revoked),
                };
            });
    }

    public static bool IsService(this ClaimsPrincipal caller) => caller.IsInRole(Roles.Service);

    public static bool IsOperator(this ClaimsPrincipal caller) => caller.IsInRole(Roles.Operator);

    /// <returns>The person a token was issued for, also a guest; null for a service.</returns>
    public static UserId? UserId(this ClaimsPrincipal caller) =>
        (caller.IsInRole(Roles.User) || caller.IsInRole(Roles.Guest)) && caller.FindFirstValue("sub") is { } subject
            ? new UserId(subject)
            : null;

    /// <returns>The session a token belongs to; null for a service.</returns>
    public static string? Session(this ClaimsPrincipal caller) => caller.FindFirstValue(TokenIssuer.SessionClaim);

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

    private static async Task RefuseRevokedAsync(TokenValidatedContext context, RevokedSessions revoked)
    {
        await revoked.WhenReadAsync();
        if (revoked.IsRevoked(context.Principal)) context.Fail("The session has ended.");
    }
}
