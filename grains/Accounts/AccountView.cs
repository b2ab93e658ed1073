using Engage.Contracts;
using Engage.Contracts.Accounts;

namespace Engage.Grains.Accounts;

/// <summary>What its person sees of an account: opened with her key.</summary>
internal readonly struct AccountView(AccountState stored, PersonalText personal, UserId user)
{
    /// <returns>Null when her key is gone: without it there is nobody any more, whatever else is stored.</returns>
    public async Task<Account?> OfAccountAsync()
    {
        if (await personal.OpenAsync(PersonalText.UserName, stored.UserName) is not { } userName) return null;

        var displayName = await personal.OpenAsync(PersonalText.DisplayName, stored.DisplayName);
        return new(
            user, userName, displayName ?? userName, stored.Language,
            await personal.OpenAsync(PersonalText.Mail, stored.Mail?.Address),
            await personal.OpenAsync(PersonalText.Mail, stored.PendingMail?.Address),
            new Authenticator(stored, personal).IsInForce, stored.IsOperator, stored.CreatedAt);
    }

    public async Task<Session> OfAsync(SessionState session) => new(
        session.Id, await personal.OpenAsync(PersonalText.Device, session.Device), session.CreatedAt, session.UsedAt,
        session.EndsAt(), session.ProvenAt, session.OtpAt);
}
