using Engage.Contracts.Accounts;

namespace Engage.Grains.Accounts;

/// <summary>One account's authenticator. What it changes is in force once its grain has stored it.</summary>
internal sealed class Authenticator(AccountState state, PersonalText personal)
{
    public bool IsInForce => state.Totp is { IsConfirmed: true };

    /// <returns>The new secret in Base32, in force once <see cref="ConfirmAsync"/> is right.</returns>
    public async Task<string> BeginAsync()
    {
        var secret = Totp.NewSecret();
        var sealedSecret = await personal.SealAsync(PersonalText.Totp, Convert.ToBase64String(secret));
        state.Totp = new(sealedSecret, false, 0, []);
        return Base32.Encode(secret);
    }

    /// <returns>Recovery codes, shown once; null if the code is wrong or nothing was begun.</returns>
    public async Task<string[]?> ConfirmAsync(string code, DateTimeOffset now)
    {
        if (state.Totp is not { IsConfirmed: false } begun || await StepAsync(begun, code, now) is not { } step)
            return null;

        state.Totp = begun with { IsConfirmed = true, LastStep = step };
        return NewRecoveryCodes();
    }

    /// <summary>A right code is spent by this.</summary>
    public async Task<bool> TakeAsync(Codes codes, DateTimeOffset now)
    {
        if (state.Totp is not { IsConfirmed: true } totp) return false;

        if (codes.Totp is { } code)
        {
            if (await StepAsync(totp, code, now) is not { } step) return false;
            state.Totp = totp with { LastStep = step };
            return true;
        }
        if (codes.Recovery is not { } recovery) return false;

        var left = totp.RecoveryHashes.Where(hash => !Matches(hash, recovery)).ToArray();
        if (left.Length == totp.RecoveryHashes.Length) return false;
        state.Totp = totp with { RecoveryHashes = left };
        return true;
    }

    /// <summary>The old ones are void.</summary>
    public string[] NewRecoveryCodes()
    {
        var codes = Secrets.NewRecoveryCodes();
        state.Totp = state.Totp! with { RecoveryHashes = [.. codes.Select(Secrets.HashRecovery)] };
        return codes;
    }

    private static bool Matches(byte[] hash, string recovery) =>
        System.Security.Cryptography.CryptographicOperations.FixedTimeEquals(hash, Secrets.HashRecovery(recovery));

    private async Task<long?> StepAsync(TotpState totp, string code, DateTimeOffset now) =>
        await personal.OpenAsync(PersonalText.Totp, totp.Secret) is { } secret
            ? Totp.Match(Convert.FromBase64String(secret), code, now, totp.LastStep)
            : null;
}
