using Engage.Api.Accounts;
using Engage.Api.Problems;
using Engage.Api.Rooms;
using Microsoft.AspNetCore.Mvc;

namespace Engage.Api.Authorization.Ownerships;

/// <summary>The caller moderates the community that the room belongs to.</summary>
internal sealed class ModeratorOfRoom(string name)
    : Ownership($"a moderator or owner of the community of room `{name}`", name)
{
    public override async ValueTask<ProblemDetails?> RefusalAsync(OwnershipQuestion asked)
    {
        if (asked.Id(Name) is not { } room) return RoomProblems.Missing(new(asked.Named(Name) ?? ""));
        if (asked.Caller.UserId() is not { } user) return Refused(room);

        var reading = asked.Services.GetRequiredService<RoomReading>();
        var (standing, wrong) = await reading.StandingAsync(new(room), user);
        return standing is null ? wrong : standing.Moderates ? null : Refused(room);
    }

    private static ProblemDetails Refused(string room) =>
        Problem.Forbidden($"Only moderators and owners of the community of room '{room}' may.");
}
