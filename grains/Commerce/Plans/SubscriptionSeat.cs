using Engage.Contracts;
using Engage.Contracts.Commerce;
using Engage.Contracts.Commerce.Plans;
using Engage.Storage.Books;

namespace Engage.Grains.Commerce.Plans;

/// <summary>
/// One person's only place among the subscribers of one offer. Whoever begins a subscription writes it anew: of two
/// that begin at once, the books let one pass, and the other finds the place taken.
/// </summary>
/// <param name="Id">Of the document.</param>
/// <param name="Version">Of the document; 0: nobody had the place yet.</param>
/// <param name="Holder">Who had it last, which may be over; null: nobody.</param>
internal sealed record SubscriptionSeat(DocumentId Id, long Version, Subscription? Holder)
{
    private const string Kind = "seat";

    public static async ValueTask<SubscriptionSeat> ReadAsync(
        IBooks books, UserId buyer, OfferId offer, CancellationToken cancellationToken)
    {
        var id = new DocumentId(Kind, $"{buyer}|{offer}");
        if (await books.FindAsync(id, cancellationToken) is not { } document) return new(id, 0, null);

        var holder = await books.FindAsync(
            SubscriptionDocuments.IdOf(BookJson.Read<Taking>(document).Subscription), cancellationToken);
        return new(id, document.Version, holder is null ? null : BookJson.Read<Subscription>(holder));
    }

    public DocumentWrite Taken(string subscription) => new(Id, Version, BookJson.Write(new Taking(subscription)));

    private sealed record Taking(string Subscription);
}
