using Engage.Contracts;
using Engage.Contracts.Accounts;
using Engage.Contracts.Mail;
using Engage.Grains.Durability;
using Engage.Storage.Privacy;
using Microsoft.Extensions.Options;

namespace Engage.Grains.Accounts;

/// <summary>
/// Every change is stored before it is answered. A session that ends is taken out of the account first and announced
/// then; what was stored and not announced is announced by the next activation.
/// </summary>
internal sealed class AccountGrain(
    [PersistentState("account")] IPersistentState<AccountState> state,
    PasswordHashing hashing,
    IPersonalVault vault,
    IOptions<AccountOptions> options,
    TimeProvider time) : Grain, IAccountGrain
{
    private AccountStore _store = null!;
    private Backoff _proofs = null!;
    private PersonalText _personal = null!;

    private UserId User => new(this.GetPrimaryKeyString());

    private AccountState Stored => state.State;

    private SessionBook Sessions => new(Stored);

    private Authenticator Authenticator => new(Stored, _personal);

    private AccountMail Letters => new(Stored, _personal, GrainFactory, User);

    private AccountView View => new(Stored, _personal, User);

    private DateTimeOffset Now => time.GetUtcNow();

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _store = new(state, GrainFactory, this, time);
        _personal = new(vault, User);
        _proofs = new(options.Value.FailuresPerName);
        if (Stored.Ended.Exists(ended => ended.Until > Now)) await _store.AnnounceAsync();
    }

    public async Task<bool> CreateAsync(Registration registration)
    {
        if (state.RecordExists) return false;

        state.State = new()
        {
            UserName = await _personal.SealAsync(PersonalText.UserName, registration.UserName),
            NameIndex = registration.NameIndex,
            DisplayName = await _personal.SealAsync(PersonalText.DisplayName, registration.DisplayName),
            Language = registration.Language,
            Password = await hashing.CreateAsync(registration.Password),
            CreatedAt = Now,
        };
        var letter = registration.Mail is { } mail ? await Letters.BeginAsync(mail, Now) : null;
        await _store.WriteAsync();
        Letters.Send(letter);
        return true;
    }

    public Task<bool> ExistsAsync() => Task.FromResult(state.RecordExists);

    public async Task<Account?> GetAsync() => state.RecordExists ? await View.OfAccountAsync() : Absent<Account>();

    public async Task<Account?> UpdateAsync(SecretText? displayName, string? language)
    {
        if (!state.RecordExists) return Absent<Account>();

        if (displayName is { } name)
            Stored.DisplayName = await _personal.SealAsync(PersonalText.DisplayName, name.Value);
        Stored.Language = language ?? Stored.Language;
        await _store.WriteAsync();
        return await View.OfAccountAsync();
    }

    public async Task<AccountReply> SignInAsync(SignIn attempt)
    {
        if (!state.RecordExists)
        {
            // As slow as a wrong password, so that timing does not tell which names exist.
            await hashing.PretendAsync(attempt.Password);
            DeactivateOnIdle();
            return new(AccountOutcome.WrongPassword);
        }
        if (!await hashing.MatchesAsync(Stored.Password, attempt.Password)) return new(AccountOutcome.WrongPassword);
        if (Authenticator.IsInForce && await AskForCodeAsync(attempt.Codes) is { } refusal) return refusal;

        if (hashing.IsOutdated(Stored.Password)) Stored.Password = await hashing.CreateAsync(attempt.Password);
        var device = attempt.Device is null ? null : await _personal.SealAsync(PersonalText.Device, attempt.Device);
        var session = Sessions.Open(attempt, device, Authenticator.IsInForce, Now);
        await _store.WriteAndAnnounceAsync();
        return await DoneAsync(session);
    }

    public async Task<AccountReply> RefreshAsync(Refresh refresh)
    {
        if (!state.RecordExists) return Gone();

        var verdict = Sessions.Refresh(refresh, Now);
        if (verdict == RefreshVerdict.Over) return new(AccountOutcome.Over);
        if (verdict == RefreshVerdict.Reused)
        {
            await _store.WriteAndAnnounceAsync();
            Letters.Send(await Letters.NoteAsync(LetterKind.SessionCopied));
            return new(AccountOutcome.Over);
        }
        if (verdict == RefreshVerdict.Rotated) await _store.WriteAsync();
        return await DoneAsync(Sessions.Find(refresh.Session, Now)!);
    }

    public async Task<AccountReply> StepUpAsync(string session, Codes codes)
    {
        if (!state.RecordExists || Sessions.Find(session, Now) is null) return Gone();
        if (!Authenticator.IsInForce) return new(AccountOutcome.NoTotp);
        if (await AskForCodeAsync(codes) is { } refusal) return refusal;

        var proven = Sessions.Prove(session, Now)!;
        await _store.WriteAsync();
        return await DoneAsync(proven);
    }

    /// <summary>The answer says of whom: whoever asks may want a code as well, if she has an authenticator.</summary>
    public async Task<AccountReply> ProveAsync(SecretText password)
    {
        if (!state.RecordExists) return Gone();
        return await AskForPasswordAsync(password)
            ?? new(AccountOutcome.Done, TimeSpan.Zero, await View.OfAccountAsync(), null, []);
    }

    public async Task<Session[]> ListSessionsAsync()
    {
        var sessions = new List<Session>();
        if (state.RecordExists)
            foreach (var session in Sessions.Current(Now)) sessions.Add(await View.OfAsync(session));
        return [.. sessions];
    }

    public async Task<bool> EndSessionAsync(string session, string reason)
    {
        if (!state.RecordExists) return false;

        // One that ended before may be asked for again because the word of it did not get through.
        if (!Sessions.End(session, reason, Now) && !Sessions.HasEnded(session, Now)) return false;
        await _store.WriteAndAnnounceAsync();
        return true;
    }

    public async Task EndSessionsAsync(string? keep, string reason)
    {
        if (!state.RecordExists) return;

        Sessions.EndAll(keep, reason, Now);
        await _store.WriteAndAnnounceAsync();
    }

    public async Task<AccountReply> ChangePasswordAsync(SecretText current, SecretText password, string? keep)
    {
        if (!state.RecordExists) return Gone();
        if (await AskForPasswordAsync(current) is { } refusal) return refusal;

        await SetPasswordAsync(password.Value, keep);
        return new(AccountOutcome.Done);
    }

    public async Task<AccountReply> RequestMailAsync(MailAddressClaim mail, SecretText password)
    {
        if (!state.RecordExists) return Gone();
        if (await AskForPasswordAsync(password) is { } refusal) return refusal;

        var letter = await Letters.BeginAsync(mail, Now);
        await _store.WriteAsync();
        Letters.Send(letter);
        return new(AccountOutcome.Done);
    }

    public async Task<AccountReply> VerifyMailAsync(SecretText code)
    {
        if (!state.RecordExists) return Nobody();

        var (before, pending) = (await Letters.NoteAsync(LetterKind.MailChanged), Stored.PendingMail);
        var right = await Letters.VerifyAsync(code.Value, Now);
        // Wrong links, which anybody may send, are not worth a write.
        if (Stored.PendingMail != pending) await _store.WriteAsync();
        if (right && before?.To != await Letters.AddressAsync()) Letters.Send(before);
        return new(right ? AccountOutcome.Done : AccountOutcome.WrongCode);
    }

    public async Task RequestResetAsync(string? language)
    {
        if (!state.RecordExists)
        {
            DeactivateOnIdle();
            return;
        }
        if (await Letters.BeginResetAsync(language, Now) is not { } letter) return;

        await _store.WriteAsync();
        Letters.Send(letter);
    }

    public async Task<AccountReply> ResetPasswordAsync(SecretText secret, SecretText password)
    {
        if (!state.RecordExists) return Nobody();
        if (!Letters.IsReset(secret.Value, Now)) return new(AccountOutcome.WrongCode);

        _proofs.Clear();
        await SetPasswordAsync(password.Value, keep: null);
        await GrainFactory.GetGrain<ISignInThrottleGrain>(Stored.NameIndex).SucceededAsync();
        if (Stored.Mail is { } mail)
            await GrainFactory.GetGrain<ISignInThrottleGrain>(mail.Index).SucceededAsync();
        return new(AccountOutcome.Done);
    }

    public async Task<AccountReply> BeginTotpAsync(SecretText password)
    {
        if (!state.RecordExists) return Gone();
        if (Authenticator.IsInForce) return new(AccountOutcome.Exists);
        if (await AskForPasswordAsync(password) is { } refusal) return refusal;

        var secret = await Authenticator.BeginAsync();
        await _store.WriteAsync();
        return new(AccountOutcome.Done, TimeSpan.Zero, await View.OfAccountAsync(), null, [secret]);
    }

    public async Task<AccountReply> ConfirmTotpAsync(string session, SecretText code)
    {
        if (!state.RecordExists) return Gone();
        if (Authenticator.IsInForce) return new(AccountOutcome.Exists);
        if (Count() is { } wait) return wait;
        if (await Authenticator.ConfirmAsync(code.Value, Now) is not { } codes) return new(AccountOutcome.WrongCode);

        _proofs.Clear();
        Sessions.Prove(session, Now);
        await _store.WriteAsync();
        return new(AccountOutcome.Done, TimeSpan.Zero, null, null, codes);
    }

    public async Task<AccountReply> RenewRecoveryCodesAsync(SecretText code)
    {
        if (!state.RecordExists) return Gone();
        if (!Authenticator.IsInForce) return new(AccountOutcome.NoTotp);
        if (await AskForCodeAsync(new(code.Value, null)) is { } refusal) return refusal;

        var codes = Authenticator.NewRecoveryCodes();
        await _store.WriteAsync();
        return new(AccountOutcome.Done, TimeSpan.Zero, null, null, codes);
    }

    public async Task<AccountReply> DisableTotpAsync(SecretText password, Codes codes)
    {
        if (!state.RecordExists) return Gone();
        if (Stored.IsOperator) return new(AccountOutcome.NotAllowed);
        if (!Authenticator.IsInForce) return new(AccountOutcome.NoTotp);
        if (await AskForPasswordAsync(password) is { } wrong) return wrong;
        if (await AskForCodeAsync(codes) is { } refusal) return refusal;

        Stored.Totp = null;
        await _store.WriteAsync();
        return new(AccountOutcome.Done);
    }

    public async Task<bool> SetOperatorAsync(bool on)
    {
        if (!state.RecordExists) return false;
        if (Stored.IsOperator == on) return true;

        // Stored last: whoever is asked again because the word did not get through spreads it again.
        if (!on) Sessions.EndAll(null, RevocationReasons.Revoked, Now);
        if (!on) await _store.WriteAndAnnounceAsync();
        Stored.IsOperator = on;
        await _store.WriteAsync();
        return true;
    }

    public async Task<int> ExpireAsync()
    {
        if (!state.RecordExists) return 0;

        var forgotten = Sessions.Expire(Now) + Letters.Expire(Now);
        if (forgotten > 0) await _store.WriteAsync();
        return forgotten;
    }

    public async Task EraseAsync()
    {
        if (!state.RecordExists) return;

        Sessions.EndAll(null, RevocationReasons.Erased, Now);
        await _store.WriteAndAnnounceAsync();
        // The name leads to an account as long as there is one: nobody takes it over half erased.
        if (Stored.Mail is { } mail) await GrainFactory.GetGrain<ISignInGrain>(mail.Index).ReleaseAsync(User);
        await GrainFactory.GetGrain<ISignInGrain>(Stored.NameIndex).ReleaseAsync(User);
        await state.ClearOrLeaveAsync(this);
        DeactivateOnIdle();
    }

    private async Task SetPasswordAsync(string password, string? keep)
    {
        Stored.Password = await hashing.CreateAsync(password);
        // Whoever knew the password before may have asked for letters, also to an address of her own.
        Stored.Resets = [];
        Stored.PendingMail = null;
        Sessions.EndAll(keep, RevocationReasons.Password, Now);
        await _store.WriteAndAnnounceAsync();
        Letters.Send(await Letters.NoteAsync(LetterKind.PasswordChanged));
    }

    /// <returns>Null if it is hers.</returns>
    private async Task<AccountReply?> AskForPasswordAsync(SecretText password)
    {
        if (Count() is { } wait) return wait;
        if (!await hashing.MatchesAsync(Stored.Password, password.Value)) return new(AccountOutcome.WrongPassword);

        _proofs.TakeBack();
        return null;
    }

    /// <returns>Null if they are right; they are spent once the state is stored.</returns>
    private async Task<AccountReply?> AskForCodeAsync(Codes codes)
    {
        if (!codes.Given) return new(AccountOutcome.CodeRequired);
        if (Count() is { } wait) return wait;
        if (!await Authenticator.TakeAsync(codes, Now)) return new(AccountOutcome.WrongCode);

        _proofs.Clear();
        return null;
    }

    /// <returns>Null if it may be tried.</returns>
    private AccountReply? Count()
    {
        DelayDeactivation(Backoff.Memory);
        var wait = _proofs.Try(Now);
        return wait > TimeSpan.Zero ? new(AccountOutcome.Wait, wait, null, null, []) : null;
    }

    private async Task<AccountReply> DoneAsync(SessionState session) =>
        await View.OfAccountAsync() is { } account
            ? new(AccountOutcome.Done, TimeSpan.Zero, account, await View.OfAsync(session), [])
            : Gone();

    private T? Absent<T>() where T : class
    {
        DeactivateOnIdle();
        return null;
    }

    /// <summary>For those who hold a link that leads to no account.</summary>
    private AccountReply Nobody()
    {
        DeactivateOnIdle();
        return new(AccountOutcome.WrongCode);
    }

    private AccountReply Gone()
    {
        if (!state.RecordExists) DeactivateOnIdle();
        return new(AccountOutcome.Missing);
    }
}
