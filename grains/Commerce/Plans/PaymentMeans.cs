using Engage.Contracts;
using Engage.Contracts.Commerce;
using Engage.Storage.Books;
using Engage.Storage.Privacy;

namespace Engage.Grains.Commerce.Plans;

/// <summary>How later periods of a subscription are paid.</summary>
/// <param name="Token">Of a card, sealed with the buyer's key.</param>
public sealed record PaymentMeans(PaymentMethod Method, string? Token = null);

/// <summary>
/// Keeps the means of subscriptions: an order forgets its card as soon as it is paid. Written when the first order is
/// priced; one whose order is never placed is found by nobody.
/// </summary>
internal sealed class PaymentMeansBook(IBooks books, IPersonalVault vault)
{
    private const string Kind = "methods";
    private const string Purpose = "commerce.card";

    public async ValueTask KeepAsync(string subscription, UserId user, PayRequest pay, DateTimeOffset now)
    {
        var means = await SealAsync(user, pay);
        // A first try may have been refused for something else; what is asked for now counts.
        var version = (await books.FindAsync(new(Kind, subscription), CancellationToken.None))?.Version ?? 0;
        await books.CommitAsync(
            new(
                $"methods:{subscription}:{version}", now, "methods", [],
                [
                    new(
                        new(Kind, subscription), version, BookJson.Write(means),
                        Keys: version == 0 ? [KeyOf(user)] : null),
                ]),
            CancellationToken.None);
    }

    public async ValueTask<PaymentMeans> FindAsync(string subscription, CancellationToken cancellationToken) =>
        await books.FindAsync(new(Kind, subscription), cancellationToken) is { } document
            ? BookJson.Read<PaymentMeans>(document)
            : new(PaymentMethod.Free);

    public async ValueTask<PaymentMeans> SealAsync(UserId user, PayRequest pay) => new(
        pay.Method,
        pay is { Method: PaymentMethod.Card, Token: { } token }
            ? await vault.SealAsync(user, Purpose, token, CancellationToken.None)
            : null);

    /// <returns>Null where there is none, or its person's key is gone.</returns>
    public async ValueTask<string?> OpenAsync(UserId user, string? sealedToken) =>
        sealedToken is null ? null : await vault.OpenAsync(user, Purpose, sealedToken, CancellationToken.None);

    private static string KeyOf(UserId user) => $"methods:{user.Value}";
}
