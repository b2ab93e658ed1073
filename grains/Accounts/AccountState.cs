using Engage.Contracts.Accounts;

namespace Engage.Grains.Accounts;

/// <summary>What an account grain stores. What is personal is sealed with its owner's key.</summary>
public sealed class AccountState
{
    /// <summary>Sealed.</summary>
    public string UserName { get; set; } = "";

    /// <summary>The key of the name's sign-in grain.</summary>
    public string NameIndex { get; set; } = "";

    /// <summary>Sealed.</summary>
    public string DisplayName { get; set; } = "";
    public string Language { get; set; } = AccountRules.LanguageDefault;
    public PasswordHash Password { get; set; } = new();
    public DateTimeOffset CreatedAt { get; set; }
    public bool IsOperator { get; set; }
    public MailState? Mail { get; set; }
    public PendingMailState? PendingMail { get; set; }

    /// <summary>Links for a new password that may still come back.</summary>
    public List<PendingResetState> Resets { get; set; } = [];
    public TotpState? Totp { get; set; }
    public List<SessionState> Sessions { get; set; } = [];

    /// <summary>Sessions that ended, until their tokens have too: announced again if the process died before.</summary>
    public List<Revocation> Ended { get; set; } = [];
}

/// <param name="Address">Sealed.</param>
/// <param name="Index">The key of its sign-in grain.</param>
public sealed record MailState(string Address, string Index);

/// <param name="Address">Sealed.</param>
/// <param name="Failures">Wrong codes so far.</param>
public sealed record PendingMailState(
    string Address, string Index, byte[] SecretHash, byte[] CodeHash, DateTimeOffset SentAt, int Failures);

public sealed record PendingResetState(byte[] SecretHash, DateTimeOffset SentAt);

/// <param name="Secret">Sealed.</param>
/// <param name="IsConfirmed">Whether it is in force.</param>
/// <param name="LastStep">The newest step whose code was taken: none is taken twice.</param>
/// <param name="RecoveryHashes">Of the codes that are left.</param>
public sealed record TotpState(string Secret, bool IsConfirmed, long LastStep, byte[][] RecoveryHashes);

/// <param name="Device">Sealed.</param>
/// <param name="RefreshHash">SHA-256 of the refresh secret that is to come next.</param>
/// <param name="SpentHash">SHA-256 of the one before, which may come again for a moment.</param>
public sealed record SessionState(
    string Id,
    string? Device,
    DateTimeOffset CreatedAt,
    DateTimeOffset UsedAt,
    DateTimeOffset ProvenAt,
    DateTimeOffset? OtpAt,
    byte[] RefreshHash,
    byte[] SpentHash)
{
    public DateTimeOffset EndsAt()
    {
        var (idle, whole) = (UsedAt + SessionRules.IdleMax, CreatedAt + SessionRules.LifetimeMax);
        return idle < whole ? idle : whole;
    }
}
