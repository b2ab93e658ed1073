using Engage.Contracts;
using Engage.Storage.Privacy;

namespace Engage.Grains.Commerce.Cards;

/// <summary>
/// What is personal about a payment: the provider's names of cards, reasons. Readable only as long as the person's key
/// exists.
/// </summary>
internal sealed class PaymentSecrets(IPersonalVault vault)
{
    private const string Purpose = "payment.token";
    private const string ReasonPurpose = "refund.reason";

    /// <exception cref="PersonErasedException">She pays nothing any more.</exception>
    public ValueTask<string> SealAsync(UserId user, string token, CancellationToken cancellationToken) =>
        vault.SealAsync(user, Purpose, token, cancellationToken);

    /// <summary>What a buyer wrote about her refund.</summary>
    public ValueTask<string> SealReasonAsync(UserId user, string reason, CancellationToken cancellationToken) =>
        vault.SealAsync(user, ReasonPurpose, reason, cancellationToken);

    /// <returns>Null when there is none, or nobody can read it any more.</returns>
    public async ValueTask<string?> OpenReasonAsync(
        UserId user, string? sealedReason, CancellationToken cancellationToken) =>
        sealedReason is null ? null : await vault.OpenAsync(user, ReasonPurpose, sealedReason, cancellationToken);

    /// <returns>Null when there is none, or nobody can read it any more.</returns>
    public async ValueTask<string?> OpenAsync(UserId user, string? sealedToken, CancellationToken cancellationToken) =>
        sealedToken is null ? null : await vault.OpenAsync(user, Purpose, sealedToken, cancellationToken);
}
