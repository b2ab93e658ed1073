using Engage.Contracts;
using Engage.Contracts.Accounts;
using Engage.Contracts.Mail;

namespace Engage.Grains.Accounts;

/// <summary>What one account is written to, and what its owner sends back.</summary>
internal sealed class AccountMail(
    AccountState state, PersonalText personal, IGrainFactory grains, UserId user)
{
    private const int FailuresMax = 5;
    private static readonly TimeSpan CodeLifetime = TimeSpan.FromHours(1);

    /// <summary>How long an address is kept that nobody confirmed: she may ask for another letter to it.</summary>
    private static readonly TimeSpan PendingLifetime = TimeSpan.FromDays(7);

    /// <summary>Nobody's letter box is filled by asking again and again.</summary>
    private static readonly TimeSpan LetterPause = TimeSpan.FromMinutes(1);

    /// <summary>Letters with a link for a new password, in an hour.</summary>
    private const int ResetsMax = 5;

    /// <returns>What to send once it is stored; null: one was sent just now, or too many to that address.</returns>
    public async Task<Letter?> BeginAsync(MailAddressClaim mail, DateTimeOffset now)
    {
        if (state.PendingMail is { } sent && sent.Index == mail.Index && now - sent.SentAt < LetterPause) return null;

        // Whoever makes accounts, or changes her mind, fills nobody else's letter box either.
        if (await grains.GetGrain<ISignInThrottleGrain>($"l-{mail.Index}").TryAsync() > TimeSpan.Zero) return null;

        var (secret, code) = (Secrets.NewSecret(), Secrets.NewCode());
        state.PendingMail = new(
            await personal.SealAsync(PersonalText.Mail, mail.Address), mail.Index, Secrets.Hash(secret),
            Secrets.Hash(code), now, 0);

        // Somebody else's address: she is told, and whoever asked cannot tell the difference.
        var owner = await grains.GetGrain<ISignInGrain>(mail.Index).FindAsync();
        return owner is { } other && other != user
            ? new(other, mail.Address, LetterKind.MailIsKnown, state.Language)
            : new(user, mail.Address, LetterKind.VerifyMail, state.Language, LinkSecret(secret), code);
    }

    /// <returns>How many addresses that nobody confirmed are forgotten.</returns>
    public int Expire(DateTimeOffset now)
    {
        if (state.PendingMail is not { } pending || now - pending.SentAt < PendingLifetime) return 0;

        state.PendingMail = null;
        return 1;
    }

    /// <param name="code">The short code, or the secret of the link.</param>
    public async Task<bool> VerifyAsync(string code, DateTimeOffset now)
    {
        if (state.PendingMail is not { } pending || now - pending.SentAt > CodeLifetime) return false;

        if (!IsRight(pending, code))
        {
            // The secret of a link cannot be guessed; wrong ones, which anybody may send, use up nothing.
            if (IsShort(code)) state.PendingMail = pending with { Failures = pending.Failures + 1 };
            return false;
        }
        if (!await grains.GetGrain<ISignInGrain>(pending.Index).ClaimAsync(user)) return false;

        var before = state.Mail;
        state.Mail = new(pending.Address, pending.Index);
        state.PendingMail = null;
        // Links that lie in the letter box of before open nothing any more.
        state.Resets = [];
        if (before is not null && before.Index != pending.Index)
            await grains.GetGrain<ISignInGrain>(before.Index).ReleaseAsync(user);
        return true;
    }

    /// <summary>Anybody may ask for one, so a new link voids none that was sent before.</summary>
    /// <returns>What to send once it is stored; null: there is nobody to write to, or enough was sent.</returns>
    public async Task<Letter?> BeginResetAsync(string? language, DateTimeOffset now)
    {
        if (await AddressAsync() is not { } address) return null;
        state.Resets.RemoveAll(sent => now - sent.SentAt > CodeLifetime);
        if (state.Resets.Count >= ResetsMax || state.Resets.Exists(sent => now - sent.SentAt < LetterPause))
            return null;

        var secret = Secrets.NewSecret();
        state.Resets.Add(new(Secrets.Hash(secret), now));
        return new(
            user, address, LetterKind.ResetPassword, language ?? state.Language, LinkSecret(secret));
    }

    /// <summary>The new password spends it, with all others.</summary>
    public bool IsReset(string secret, DateTimeOffset now) => state.Resets.Exists(reset =>
        now - reset.SentAt <= CodeLifetime && Secrets.Matches(reset.SecretHash, secret));

    /// <returns>A word about something that happened; null if there is no address.</returns>
    public async Task<Letter?> NoteAsync(LetterKind kind) =>
        await AddressAsync() is { } address ? new(user, address, kind, state.Language) : null;

    /// <returns>The verified address; null if there is none.</returns>
    public Task<string?> AddressAsync() => personal.OpenAsync(PersonalText.Mail, state.Mail?.Address);

    public void Send(Letter? letter)
    {
        if (letter is not null) _ = grains.GetGrain<IMailGrain>("letters").SendAsync(letter);
    }

    private static bool IsShort(string code) => code.Length <= Secrets.CodeLength;

    private static bool IsRight(PendingMailState pending, string code) => IsShort(code)
        ? pending.Failures < FailuresMax && Secrets.Matches(pending.CodeHash, code)
        : Secrets.Matches(pending.SecretHash, code);

    /// <summary>Leads to the account as well: who has the link need not be signed in.</summary>
    private string LinkSecret(string secret) => $"{user}.{secret}";
}
