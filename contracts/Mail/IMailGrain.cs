using Orleans.Concurrency;

namespace Engage.Contracts.Mail;

/// <summary>Writes to people, outside of the turn of whoever wants to. Any key.</summary>
[Alias("engage.IMailGrain")]
public interface IMailGrain : IGrainWithStringKey
{
    /// <summary>Tries for a while; what cannot be delivered then is logged, and whoever waits asks again.</summary>
    [OneWay, Alias("SendAsync")]
    Task SendAsync([Immutable] Letter letter);
}

/// <param name="User">Whose letter it is: her copy goes when she does.</param>
/// <param name="Secret">The secret of the link, if the kind has one.</param>
/// <param name="Code">The short code, if the kind has one.</param>
[GenerateSerializer, Immutable, Alias("engage.letter")]
public sealed record Letter(
    [property: Id(0)] UserId User,
    [property: Id(1)] string To,
    [property: Id(2)] LetterKind Kind,
    [property: Id(3)] string Language,
    [property: Id(4)] string? Secret = null,
    [property: Id(5)] string? Code = null)
{
    /// <summary>Says nothing of what is secret in it.</summary>
    public override string ToString() => $"{nameof(Letter)}({Kind})";
}

[GenerateSerializer, Alias("engage.letter-kind")]
public enum LetterKind
{
    VerifyMail,

    /// <summary>Somebody wanted an account with the address of one that exists.</summary>
    MailIsKnown,
    ResetPassword,
    PasswordChanged,

    /// <summary>A refresh token of hers came twice.</summary>
    SessionCopied,

    /// <summary>To the address of before: from now on letters go to another one.</summary>
    MailChanged,
}
