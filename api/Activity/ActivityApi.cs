using System.Globalization;
using System.Security.Claims;
using Engage.Api.Accounts;
using Engage.Api.Actors;
using Engage.Api.Problems;
using Engage.Contracts;
using Engage.Contracts.Activity;
using Engage.Contracts.Recommending;

namespace Engage.Api.Activity;

internal sealed record ProgressAnswer(PartitionProgress[] Partitions, ModelProgress Model);

internal static class ActivityApi
{
    public static void MapActivity(this WebApplication app)
    {
        var group = app.MapGroup("/v1/activity").WithTags("Activity").SurvivesSilos();
        group.MapGet("/me", (ClaimsPrincipal caller, IGrainFactory grains) =>
            GetAsync(caller.UserId()!.Value.Value, grains))
            .Produces<UserActivity>();
        group.MapGet("/users/{user}", GetAsync).Produces<UserActivity>();
        group.MapGet("/progress", GetProgressAsync).Produces<ProgressAnswer>();
    }

    private static async Task<IResult> GetAsync(string user, IGrainFactory grains) =>
        IdText.IsValid(user)
            ? TypedResults.Ok(await grains.GetGrain<IUserGrain>(user).GetActivityAsync())
            : Problem.NotFound("User", user, "expected a user id").ToResult();

    private static async Task<IResult> GetProgressAsync(IGrainFactory grains)
    {
        var model = await grains.GetGrain<IModelGrain>(IModelGrain.Key).GetProgressAsync();
        var partitions = await Task.WhenAll(Enumerable.Range(0, model.Applied.Length).Select(partition =>
            grains.GetGrain<IActivityPartitionGrain>(partition.ToString(CultureInfo.InvariantCulture))
                .GetProgressAsync()));
        return TypedResults.Ok(new ProgressAnswer(partitions, model));
    }
}
