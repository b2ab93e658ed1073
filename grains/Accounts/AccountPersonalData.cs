using System.Text.Json.Nodes;
using Engage.Contracts;
using Engage.Contracts.Accounts;
using Engage.Storage.Privacy;

namespace Engage.Grains.Accounts;

/// <summary>An account and its sessions, as far as their owner may know them: no secrets, nor hashes.</summary>
internal sealed class AccountPersonalData(IGrainFactory grains) : IPersonalData
{
    public string Section => "account";

    public async Task<JsonNode?> ExportAsync(UserId user, CancellationToken cancellationToken)
    {
        var grain = grains.GetGrain<IAccountGrain>(user.Value);
        if (await grain.GetAsync().WaitAsync(cancellationToken) is not { } account) return null;

        var sessions = await grain.ListSessionsAsync().WaitAsync(cancellationToken);
        return new JsonObject
        {
            ["user"] = account.User.Value,
            ["userName"] = account.UserName,
            ["displayName"] = account.DisplayName,
            ["language"] = account.Language,
            ["mail"] = account.Mail,
            ["pendingMail"] = account.PendingMail,
            ["totp"] = account.Totp,
            ["operator"] = account.IsOperator,
            ["createdAt"] = account.CreatedAt,
            ["sessions"] = new JsonArray([.. sessions.Select(Describe)]),
        };
    }

    public async Task EraseAsync(UserId user, CancellationToken cancellationToken)
    {
        await grains.GetGrain<IOperatorsGrain>(IOperatorsGrain.Key).RemoveAsync(user, evenLast: true)
            .WaitAsync(cancellationToken);
        await grains.GetGrain<IAccountGrain>(user.Value).EraseAsync().WaitAsync(cancellationToken);
    }

    private static JsonObject Describe(Session session) => new()
    {
        ["session"] = session.Id,
        ["device"] = session.Device,
        ["createdAt"] = session.CreatedAt,
        ["usedAt"] = session.UsedAt,
        ["endsAt"] = session.EndsAt,
    };
}
