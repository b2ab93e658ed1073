using Orleans.Concurrency;

namespace Engage.Contracts.Accounts;

/// <summary>
/// One person's account: who she says she is, her secrets, her sessions. Key: the user's id, which says nothing about
/// her; names and addresses lead to it through <see cref="ISignInGrain"/>.
/// </summary>
[Alias("engage.IAccountGrain")]
public interface IAccountGrain : IGrainWithStringKey
{
    /// <summary>Doing it again is harmless.</summary>
    /// <returns>False if the account was there before.</returns>
    [Alias("CreateAsync")]
    Task<bool> CreateAsync([Immutable] Registration registration);

    [AlwaysInterleave, Alias("ExistsAsync")]
    Task<bool> ExistsAsync();

    /// <returns>Null if there is none, or it was erased.</returns>
    [Alias("GetAsync")]
    Task<Account?> GetAsync();

    /// <summary>What is null stays.</summary>
    [Alias("UpdateAsync")]
    Task<Account?> UpdateAsync(SecretText? displayName, string? language);

    /// <summary>Opens a session when all that is needed is right.</summary>
    [Alias("SignInAsync")]
    Task<AccountReply> SignInAsync([Immutable] SignIn attempt);

    /// <summary>Spends a refresh token; see docs/protocol.md, "Tokens", for what a second time does.</summary>
    [Alias("RefreshAsync")]
    Task<AccountReply> RefreshAsync([Immutable] Refresh refresh);

    /// <summary>Somebody who is signed in proves with a code that it is she.</summary>
    [Alias("StepUpAsync")]
    Task<AccountReply> StepUpAsync(string session, [Immutable] Codes codes);

    /// <summary>Somebody who is signed in proves with her password that it is she.</summary>
    [Alias("ProveAsync")]
    Task<AccountReply> ProveAsync(SecretText password);

    /// <returns>Those that are not over, newest use first.</returns>
    [Alias("ListSessionsAsync")]
    Task<Session[]> ListSessionsAsync();

    /// <returns>False if there is no such session.</returns>
    [Alias("EndSessionAsync")]
    Task<bool> EndSessionAsync(string session, string reason);

    /// <param name="keep">The one session that stays; null: none does.</param>
    [Alias("EndSessionsAsync")]
    Task EndSessionsAsync(string? keep, string reason);

    /// <param name="keep">The session that asks; all others end.</param>
    [Alias("ChangePasswordAsync")]
    Task<AccountReply> ChangePasswordAsync(SecretText current, SecretText password, string? keep);

    /// <summary>Sends a code to the new address; it is hers once she has given the code.</summary>
    [Alias("RequestMailAsync")]
    Task<AccountReply> RequestMailAsync([Immutable] MailAddressClaim mail, SecretText password);

    /// <param name="code">The short code, or the secret of the link.</param>
    [Alias("VerifyMailAsync")]
    Task<AccountReply> VerifyMailAsync(SecretText code);

    /// <summary>Sends a link to her verified address, if she has one.</summary>
    [Alias("RequestResetAsync")]
    Task RequestResetAsync(string? language);

    [Alias("ResetPasswordAsync")]
    Task<AccountReply> ResetPasswordAsync(SecretText secret, SecretText password);

    /// <returns>The secret of an authenticator, in force once confirmed.</returns>
    [Alias("BeginTotpAsync")]
    Task<AccountReply> BeginTotpAsync(SecretText password);

    [Alias("ConfirmTotpAsync")]
    Task<AccountReply> ConfirmTotpAsync(string session, SecretText code);

    [Alias("RenewRecoveryCodesAsync")]
    Task<AccountReply> RenewRecoveryCodesAsync(SecretText code);

    [Alias("DisableTotpAsync")]
    Task<AccountReply> DisableTotpAsync(SecretText password, [Immutable] Codes codes);

    /// <summary>Called by <see cref="IOperatorsGrain"/> alone.</summary>
    /// <returns>False if there is no such account.</returns>
    [Alias("SetOperatorAsync")]
    Task<bool> SetOperatorAsync(bool on);

    /// <summary>Forgets sessions that are over, and an address that nobody confirmed within a week.</summary>
    /// <returns>How much.</returns>
    [Alias("ExpireAsync")]
    Task<int> ExpireAsync();

    /// <summary>Ends all sessions, frees name and address and forgets all. Doing it again is harmless.</summary>
    [Alias("EraseAsync")]
    Task EraseAsync();
}
