using Microsoft.AspNetCore.SignalR;

namespace Engage.Api.Authorization;

/// <summary>Puts the table before every route and every method of the hub.</summary>
internal static class AuthorizationSetup
{
    public static void AddAccessTable(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton(_ => new AccessIndex(AccessTable.Rules));
        builder.Services.AddSingleton<HubAccess>();
        builder.Services.AddTransient<IStartupFilter, RefuseToStartWithoutRules>();
    }

    /// <summary>After authentication, so that it is known who calls.</summary>
    public static void UseAccessTable(this WebApplication app)
    {
        app.UseMiddleware<OriginGate>();
        app.UseMiddleware<AccessGate>();
    }

    /// <summary>Innermost: what it asks is counted, and its failures are answered, as the method's own.</summary>
    public static void AddAccessTable(this HubOptions options) => options.AddFilter<HubAccess>();
}
