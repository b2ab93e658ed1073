namespace Engage.Contracts.Accounts;

/// <summary>What may be shown of an account to its owner.</summary>
/// <param name="Mail">The verified address.</param>
/// <param name="PendingMail">One whose code has not been given yet.</param>
/// <param name="Totp">Whether an authenticator is in force.</param>
[GenerateSerializer, Immutable, Alias("engage.account")]
public sealed record Account(
    [property: Id(0)] UserId User,
    [property: Id(1)] string UserName,
    [property: Id(2)] string DisplayName,
    [property: Id(3)] string Language,
    [property: Id(4)] string? Mail,
    [property: Id(5)] string? PendingMail,
    [property: Id(6)] bool Totp,
    [property: Id(7)] bool IsOperator,
    [property: Id(8)] DateTimeOffset CreatedAt)
{
    /// <summary>Says whose it is, and nothing of her.</summary>
    public override string ToString() => $"{nameof(Account)}({User})";
}

/// <param name="NameIndex">The key of the name's <see cref="ISignInGrain"/>, freed when the account goes.</param>
[GenerateSerializer, Immutable, Alias("engage.registration")]
public sealed record Registration(
    [property: Id(0)] string UserName,
    [property: Id(1)] string NameIndex,
    [property: Id(2)] string DisplayName,
    [property: Id(3)] string Password,
    [property: Id(4)] MailAddressClaim? Mail,
    [property: Id(5)] string Language)
{
    /// <summary>Says nothing: it has a password in it.</summary>
    public override string ToString() => nameof(Registration);
}

/// <param name="Index">The key of the address' <see cref="ISignInGrain"/>.</param>
[GenerateSerializer, Immutable, Alias("engage.mail-address-claim")]
public sealed record MailAddressClaim([property: Id(0)] string Address, [property: Id(1)] string Index)
{
    public override string ToString() => nameof(MailAddressClaim);
}

/// <summary>What proves that she has her authenticator; one is enough.</summary>
[GenerateSerializer, Immutable, Alias("engage.codes")]
public sealed record Codes([property: Id(0)] string? Totp, [property: Id(1)] string? Recovery)
{
    public static readonly Codes None = new(null, null);

    /// <summary>Whether there is anything to check.</summary>
    public bool Given => Totp is not null || Recovery is not null;

    public override string ToString() => nameof(Codes);
}

/// <param name="Session">The id of the session to open.</param>
/// <param name="RefreshHash">SHA-256 of its first refresh secret: the secret itself is never kept.</param>
/// <param name="Device">As she calls it, or her browser does.</param>
[GenerateSerializer, Immutable, Alias("engage.sign-in")]
public sealed record SignIn(
    [property: Id(0)] string Password,
    [property: Id(1)] Codes Codes,
    [property: Id(2)] string Session,
    [property: Id(3)] byte[] RefreshHash,
    [property: Id(4)] string? Device)
{
    /// <summary>Says nothing: it has a password in it.</summary>
    public override string ToString() => nameof(SignIn);
}

/// <param name="SpentHash">SHA-256 of the secret that was sent.</param>
/// <param name="NextHash">SHA-256 of its one successor.</param>
[GenerateSerializer, Immutable, Alias("engage.refresh")]
public sealed record Refresh(
    [property: Id(0)] string Session, [property: Id(1)] byte[] SpentHash, [property: Id(2)] byte[] NextHash);

/// <summary>Where somebody is signed in.</summary>
/// <param name="EndsAt">Unless it is used before.</param>
/// <param name="ProvenAt">When she last gave her password or a code.</param>
/// <param name="OtpAt">When she last gave a code of her authenticator.</param>
[GenerateSerializer, Immutable, Alias("engage.session")]
public sealed record Session(
    [property: Id(0)] string Id,
    [property: Id(1)] string? Device,
    [property: Id(2)] DateTimeOffset CreatedAt,
    [property: Id(3)] DateTimeOffset UsedAt,
    [property: Id(4)] DateTimeOffset EndsAt,
    [property: Id(5)] DateTimeOffset ProvenAt,
    [property: Id(6)] DateTimeOffset? OtpAt);

/// <summary>What became of a request to an account.</summary>
[GenerateSerializer, Alias("engage.account-outcome")]
public enum AccountOutcome
{
    Done,

    /// <summary>There is no such account, or session, or address.</summary>
    Missing,
    WrongPassword,
    WrongCode,

    /// <summary>The password is right; a code of the authenticator is needed as well.</summary>
    CodeRequired,

    /// <summary>There is no authenticator to ask for a code.</summary>
    NoTotp,

    /// <summary>It is there already.</summary>
    Exists,

    /// <summary>Not for this account.</summary>
    NotAllowed,

    /// <summary>The session is over.</summary>
    Over,

    /// <summary>Too many wrong passwords or codes; see <see cref="AccountReply.Wait"/>.</summary>
    Wait,
}

/// <param name="Wait">How long nothing is tried.</param>
/// <param name="Texts">Recovery codes, or the secret of a new authenticator: shown once.</param>
[GenerateSerializer, Immutable, Alias("engage.account-reply")]
public sealed record AccountReply(
    [property: Id(0)] AccountOutcome Outcome,
    [property: Id(1)] TimeSpan Wait,
    [property: Id(2)] Account? Account,
    [property: Id(3)] Session? Session,
    [property: Id(4)] string[] Texts)
{
    public AccountReply(AccountOutcome outcome) : this(outcome, TimeSpan.Zero, null, null, [])
    {
    }

    public bool IsDone => Outcome == AccountOutcome.Done;

    /// <summary>Says nothing of what is secret in it.</summary>
    public override string ToString() => $"{nameof(AccountReply)}({Outcome})";
}
