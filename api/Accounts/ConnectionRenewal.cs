using System.Security.Claims;
using Engage.Api.Problems;
using Engage.Api.Realtime;
using Engage.Api.Realtime.Transport;
using Microsoft.AspNetCore.SignalR;

namespace Engage.Api.Accounts;

/// <summary>A connection outlives its token when its client shows the next one of the same session.</summary>
internal sealed class ConnectionRenewal(TokenIssuer tokens, RevokedSessions revoked)
{
    /// <exception cref="HubException">The token is not good, or of another session.</exception>
    public async Task RenewAsync(HubCallerContext caller, string token)
    {
        var read = await tokens.ReadAsync(token)
            ?? throw HubProblems.Refusal(Problem.Unauthenticated("The token is expired or not ours."));
        var shown = new ClaimsPrincipal(read.Claims);
        if (shown.UserId() != caller.User!.UserId() || shown.Session() != caller.User!.Session())
            throw HubProblems.Refusal(Problem.Forbidden(
                "The token is of another user or session; open a connection of its own for it."));
        if (revoked.IsRevoked(shown))
            throw HubProblems.Refusal(Problem.Unauthenticated("The session has ended; sign in again."));

        caller.Features.Get<ITokenLifeFeature>()?.ExtendTo(read.Until);
    }
}
