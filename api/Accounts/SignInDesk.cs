using System.Net;
using Engage.Contracts;
using Engage.Contracts.Accounts;

namespace Engage.Api.Accounts;

/// <summary>Finds whom a name means, and lets her in when what she gives is right.</summary>
internal sealed class SignInDesk(IGrainFactory grains, BlindIndex index, RefreshTokens tokens)
{
    /// <param name="nameOrMail">A mail address leads to an account once it is verified.</param>
    /// <returns>Null if nobody has it.</returns>
    public Task<UserId?> FindAsync(string nameOrMail) =>
        grains.GetGrain<ISignInGrain>(index.Of(nameOrMail)).FindAsync();

    /// <returns>The browser, if she whom the name means has signed in with it before.</returns>
    public async Task<KnownDevice?> RecognizeAsync(string nameOrMail, KnownDevice? shown) =>
        shown is not null && await FindAsync(nameOrMail) == shown.User ? shown : null;

    /// <param name="known">The browser, where it is one of hers: its tries are counted for itself.</param>
    /// <returns>The reply and, when it is done, the session's first refresh token.</returns>
    /// <exception cref="BusyException">Too many tries were wrong; the next one has to wait.</exception>
    public async Task<(AccountReply Reply, RefreshToken? Token)> SignInAsync(
        string nameOrMail, string password, Codes codes, string? device, IPAddress? address, KnownDevice? known)
    {
        var name = index.Of(nameOrMail);
        var byName = grains.GetGrain<ISignInThrottleGrain>(known is null ? name : $"d-{known.Id}");
        var byAddress = known is null ? grains.GetGrain<ISignInThrottleGrain>(index.OfAddress(address)) : null;
        await CountAsync(byName, byAddress);

        // For a name that nobody has, an account that does not exist is asked: it answers like a wrong password.
        var user = await grains.GetGrain<ISignInGrain>(name).FindAsync() ?? new UserId($"u-{name}");
        var token = RefreshTokens.New(user, RefreshTokens.NewSession());
        var reply = await grains.GetGrain<IAccountGrain>(user.Value)
            .SignInAsync(new(password, codes, token.Session, token.Hash, device));

        // A right password without its code is no success: it would clear the count between two guesses of the code.
        if (reply.IsDone) await byName.SucceededAsync();

        // Nor does it speak against all who share her address that she has an authenticator.
        if (byAddress is not null && reply.Outcome is (AccountOutcome.Done or AccountOutcome.CodeRequired))
            await byAddress.SucceededAsync();
        return (reply, reply.IsDone ? token : null);
    }

    /// <returns>The reply and, when it is done, the next refresh token.</returns>
    public async Task<(AccountReply Reply, RefreshToken? Token)> RefreshAsync(RefreshToken spent)
    {
        var next = tokens.Next(spent);
        var reply = await grains.GetGrain<IAccountGrain>(spent.User.Value)
            .RefreshAsync(new(spent.Session, spent.Hash, next.Hash));
        return (reply, reply.IsDone ? next : null);
    }

    private static async Task CountAsync(ISignInThrottleGrain byName, ISignInThrottleGrain? byAddress)
    {
        var wait = byAddress is null ? TimeSpan.Zero : await byAddress.TryAsync();
        if (wait == TimeSpan.Zero)
        {
            wait = await byName.TryAsync();
            if (wait > TimeSpan.Zero && byAddress is not null) await byAddress.SucceededAsync();
        }
        if (wait > TimeSpan.Zero)
            throw new BusyException("Too many wrong passwords; nothing was tried. Wait, then try again.", wait);
    }
}
