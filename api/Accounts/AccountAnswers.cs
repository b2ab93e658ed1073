using Engage.Api.Problems;
using Engage.Contracts;
using Engage.Contracts.Accounts;

namespace Engage.Api.Accounts;

/// <summary>How an account's replies are answered over HTTP.</summary>
internal static class AccountAnswers
{
    /// <exception cref="BusyException">The reply is to wait.</exception>
    public static IResult ToResult(this AccountReply reply, Func<AccountReply, IResult> done) => reply.Outcome switch
    {
        AccountOutcome.Done => done(reply),
        AccountOutcome.WrongPassword => Problem.Named(
            "wrong-password", "Wrong password", StatusCodes.Status403Forbidden,
            "The password is not yours; nothing was done.").ToResult(),
        AccountOutcome.WrongCode => Problem.Named(
            "wrong-code", "Wrong code", StatusCodes.Status422UnprocessableEntity,
            "The code is wrong, used or too old; nothing was done.").ToResult(),
        AccountOutcome.CodeRequired => Problem.InvalidRequest("Expected 'totp' or 'recoveryCode'.").ToResult(),
        AccountOutcome.NoTotp => Problem.Named(
            "no-totp", "No authenticator", StatusCodes.Status409Conflict,
            "You have no authenticator; set one up with POST /v1/totp.").ToResult(),
        AccountOutcome.Exists => Problem.Conflict(
            "Authenticator", "totp", "there is one; disable it with POST /v1/totp/disable first").ToResult(),
        AccountOutcome.NotAllowed => Problem.Forbidden("Operators keep their authenticator.").ToResult(),
        AccountOutcome.Wait => throw new BusyException(
            "Too many wrong passwords or codes; nothing was tried.", reply.Wait),
        AccountOutcome.Missing or AccountOutcome.Over =>
            Problem.Unauthenticated("The account or the session is gone; sign in again.").ToResult(),
        _ => throw new ArgumentOutOfRangeException(nameof(reply), reply.Outcome, "An outcome that has no answer."),
    };

    public static IResult NoContent(AccountReply _) => TypedResults.NoContent();

    public static IResult Accepted(AccountReply _) => TypedResults.Accepted((string?)null);

    public static IResult ToRecoveryCodes(AccountReply reply) =>
        TypedResults.Ok(new RecoveryCodesAnswer(reply.Texts));
}

internal sealed record RecoveryCodesAnswer(string[] RecoveryCodes);

/// <summary>Collects what is wrong with which field of a request.</summary>
internal sealed class FieldErrors
{
    private readonly Dictionary<string, string[]> _errors = [];

    public FieldErrors Add(string field, string? error)
    {
        if (error is not null) _errors[field] = [error];
        return this;
    }

    /// <returns>Null if nothing is wrong.</returns>
    public IResult? ToResult(string what) => _errors.Count == 0
        ? null
        : Problem.InvalidRequest($"{what} is not valid; see 'errors'.", _errors).ToResult();
}
