using System.Security.Claims;
using Engage.Api.Accounts;
using Engage.Api.Actors;
using Engage.Contracts.Rooms;

namespace Engage.Api.Inbox;

internal sealed record InboxAnswer(Mention[] Mentions);

/// <summary>Who mentioned the caller; docs/protocol.md, "Inbox".</summary>
internal static class InboxApi
{
    public static void AddInbox(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<InboxGateway>();
        builder.Services.AddSingleton<InboxDoor>();
        builder.Services.AddHostedService(services => services.GetRequiredService<InboxGateway>());
    }

    public static void MapInbox(this WebApplication app) =>
        app.MapGet("/v1/inbox", GetAsync).WithTags("Inbox").SurvivesSilos().Produces<InboxAnswer>();

    private static async Task<IResult> GetAsync(ClaimsPrincipal caller, IGrainFactory grains) =>
        TypedResults.Ok(new InboxAnswer(
            await grains.GetGrain<IInboxGrain>(caller.UserId()!.Value.Value).ListAsync()));
}
