using Engage.Api.Actors;
using Engage.Contracts.Recommending;

namespace Engage.Api.Recommendations;

/// <summary>How learning goes, for those who run the platform. It names no user.</summary>
internal static class ModelApi
{
    public static void MapModel(this WebApplication app) =>
        app.MapGet("/v1/model", GetAsync)
            .WithTags("Model").SurvivesSilos().Produces<ModelReport>();

    private static async Task<IResult> GetAsync(IGrainFactory grains) =>
        TypedResults.Ok(await grains.GetGrain<IModelGrain>(IModelGrain.Key).GetReportAsync());
}
