using System.Text.Json;
using System.Text.Json.Serialization;
using Engage.Api.Accounts;
using Engage.Api.Actors;
using Engage.Api.Activity;
using Engage.Api.Authorization;
using Engage.Api.Catalogue;
using Engage.Api.Commerce;
using Engage.Api.Creators;
using Engage.Api.Dashboards;
using Engage.Api.Economy;
using Engage.Api.Events;
using Engage.Api.Health;
using Engage.Api.Inbox;
using Engage.Api.Limits;
using Engage.Api.Members;
using Engage.Api.Operators;
using Engage.Api.Privacy;
using Engage.Api.Problems;
using Engage.Api.Realtime;
using Engage.Api.Recommendations;
using Engage.Api.Rooms;
using Engage.Api.Web;
using Engage.Silo;

namespace Engage.Api;

/// <summary>
/// The composition root: a web server with its silo in the same process. Reads as a table of contents.
/// </summary>
public static class EngageServer
{
    private const int BodyBytesMax = 1 << 20;

    /// <param name="args">Settings, as on the command line.</param>
    /// <param name="replace">Registers what should take the place of a part; null: nothing does.</param>
    public static WebApplication Build(string[] args, Action<IServiceCollection>? replace = null)
    {
        // The settings lie beside the program, wherever it is started from.
        var builder = WebApplication.CreateBuilder(
            new WebApplicationOptions { Args = args, ContentRootPath = AppContext.BaseDirectory });

        builder.WebHost.ConfigureKestrel(options =>
        {
            options.Limits.MaxRequestBodySize = BodyBytesMax;
            options.AddServerHeader = false;
        });
        builder.AddEngageActors();
        builder.Services.ConfigureHttpJsonOptions(options => ConfigureJson(options.SerializerOptions));
        builder.AddFailover();
        builder.AddProblemAnswers();
        builder.AddAccounts();
        builder.AddAccessTable();
        builder.AddCrossOrigin();
        builder.AddRateLimits();
        builder.AddRealtime();
        builder.AddRooms();
        builder.AddInbox();
        builder.AddCommerce();
        builder.AddDashboards();
        builder.AddOperatorSearch();
        builder.AddHealth();
        builder.Services.AddSingleton<EventMetrics>();
        builder.Services.AddSingleton<EventIntake>();
        builder.Services.AddOpenApi();
        replace?.Invoke(builder.Services);

        var app = builder.Build();
        app.UseSecurityHeaders();
        app.UseProblemAnswers();
        app.UseWebPages();
        app.UseCrossOrigin();
        app.UseAuthentication();
        app.UseRateLimiter();
        app.UseAccessTable();

        app.MapOpenApi();
        app.MapHealth();
        app.MapAccounts();
        app.MapEvents();
        app.MapRecommendations();
        app.MapModel();
        app.MapCatalogue();
        app.MapMembers();
        app.MapCreatorAccess();
        app.MapInbox();
        app.MapPrivacy();
        app.MapDashboards();
        app.MapOperatorSearch();
        app.MapActivity();
        app.MapPoints();
        app.MapCommerce();
        app.MapRooms();
        app.MapRealtime();
        return app;
    }

    /// <summary>One way to write JSON, on HTTP and on the hub.</summary>
    internal static void ConfigureJson(JsonSerializerOptions options)
    {
        options.DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull;
        options.UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow;
        options.NumberHandling = JsonNumberHandling.Strict;
        options.Converters.Add(new UtcMillisecondsConverter());
    }
}
