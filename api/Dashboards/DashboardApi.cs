using Engage.Api.Actors;
using Engage.Api.Authorization.Ownerships;
using Engage.Api.Problems;
using Engage.Contracts;

namespace Engage.Api.Dashboards;

/// <summary>A creator's dashboard at one moment; docs/protocol.md, "Dashboard".</summary>
internal static class DashboardApi
{
    public static void AddDashboards(this WebApplicationBuilder builder)
    {
        builder.Services.AddOptions<DashboardOptions>().BindConfiguration("Dashboards")
            .Validate(options => options.IsValid,
                $"Dashboards: expected a Period of {DashboardOptions.PeriodMin} to {DashboardOptions.PeriodMax}, an "
                + "AccessPeriod not below it, and a PerConnectionMax of at least 1.")
            .ValidateOnStart();
        builder.Services.AddSingleton<FanOutlooks>();
        builder.Services.AddSingleton<NamedPeople>();
        builder.Services.AddSingleton<DashboardReader>();
        builder.Services.AddSingleton<DashboardGateway>();
        builder.Services.AddSingleton<DashboardDoor>();
    }

    public static void MapDashboards(this WebApplication app) =>
        app.MapGet("/v1/creators/{id}/dashboard", GetAsync).WithTags("Dashboard")
            .SurvivesSilos().Produces<DashboardAnswer>();

    private static async Task<IResult> GetAsync(string id, DashboardReader reader) =>
        IdText.IsValid(id) && await reader.ReadAsync(new(id), CurveRequest.Whole, null) is { } answer
            ? TypedResults.Ok(answer)
            : OwnerOfCreator.Missing(id).ToResult();
}
