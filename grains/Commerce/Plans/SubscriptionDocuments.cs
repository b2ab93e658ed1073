using System.Runtime.CompilerServices;
using Engage.Contracts;
using Engage.Contracts.Commerce;
using Engage.Contracts.Commerce.Plans;
using Engage.Grains.Commerce.Entitlements;
using Engage.Storage.Books;

namespace Engage.Grains.Commerce.Plans;

/// <summary>How subscriptions, and what they open, are kept in the books.</summary>
internal static class SubscriptionDocuments
{
    public const string Kind = "subscription";
    public const int ListMax = 100;
    private const int PageLimit = 500;

    public static string KeyOf(UserId user) => $"subscriber:{user.Value}";

    public static DocumentId IdOf(string subscription) => new(Kind, subscription);

    /// <summary>Newest first.</summary>
    public static async ValueTask<Subscription[]> ListAsync(
        IBooks books, UserId user, CancellationToken cancellationToken)
    {
        var page = await books.ListAsync(
            new(KeyOf(user), Kind, 0, ListMax, Newest: true), cancellationToken);
        return [.. page.Items.Select(BookJson.Read<Subscription>)];
    }

    /// <summary>All she ever had, newest first, page by page.</summary>
    public static async IAsyncEnumerable<Subscription> AllAsync(
        IBooks books, UserId user, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        for (long? cursor = 0; cursor is { } after;)
        {
            var page = await books.ListAsync(
                new(KeyOf(user), Kind, after, PageLimit, Newest: true), cancellationToken);
            foreach (var document in page.Items) yield return BookJson.Read<Subscription>(document);
            cursor = page.Cursor;
        }
    }

    public static async ValueTask<Subscription?> LiveAsync(
        IBooks books, UserId user, OfferId offer, CancellationToken cancellationToken)
    {
        await foreach (var each in AllAsync(books, user, cancellationToken))
            if (each.IsLive && each.Offer == offer)
                return each;
        return null;
    }

    /// <summary>
    /// What it opens, as it is from now on: one entitlement per grant, all until <see
    /// cref="Subscription.EntitledUntil"/>.
    /// </summary>
    public static async ValueTask<List<DocumentWrite>> EntitlementsAsync(
        IBooks books, Subscription subscription, CancellationToken cancellationToken)
    {
        var writes = new List<DocumentWrite>();
        foreach (var (index, grant) in subscription.Grants.Index())
        {
            var id = $"{subscription.Id}:{index}";
            var known = await books.FindAsync(new(BookKeys.Entitlement, id), cancellationToken);
            var entitlement = new Entitlement
            {
                Id = id,
                User = subscription.Buyer,
                Scope = grant.Scope,
                From = subscription.StartedAt,
                Until = subscription.EntitledUntil,
                Order = subscription.Order,
                Offer = subscription.Offer,
                Title = subscription.Title,
                Subject = subscription.Subject,
            };
            writes.Add(EntitlementDocuments.Write(entitlement, known?.Version ?? 0));
        }
        return writes;
    }
}
