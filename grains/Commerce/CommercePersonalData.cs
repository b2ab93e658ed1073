using System.Text.Json.Nodes;
using Engage.Contracts;
using Engage.Contracts.Commerce;
using Engage.Grains.Commerce.Cards;
using Engage.Storage.Books;
using Engage.Storage.Privacy;

namespace Engage.Grains.Commerce;

/// <summary>
/// What somebody bought, paid and may open. Accounting keeps it for years under her user id, which names nobody once
/// the account is gone; what is personal in it is sealed and goes with her key.
/// </summary>
internal sealed class CommercePersonalData(IBooks books, PaymentSecrets secrets, IGrainFactory grains)
    : IPersonalData
{
    private const int PageLimit = 500;

    public string Section => "commerce";

    public async Task<JsonNode?> ExportAsync(UserId user, CancellationToken cancellationToken)
    {
        var orders = await DocumentsAsync(BookKeys.Buyer(user), BookKeys.Order, cancellationToken);
        var invoices = await DocumentsAsync(BookKeys.Buyer(user), BookKeys.Invoice, cancellationToken);
        var entitlements = await DocumentsAsync(BookKeys.Entitled(user), BookKeys.Entitlement, cancellationToken);
        var postings = new JsonArray();
        foreach (var account in Accounts(user, orders)) await AddPostingsAsync(postings, account, cancellationToken);
        if (orders.Count + invoices.Count + entitlements.Count + postings.Count == 0) return null;

        var payments = new JsonArray();
        foreach (var order in orders)
            if (await books.FindAsync(
                    new(BookKeys.Payment, order.Id.Id), cancellationToken) is { } payment)
                payments.Add(ReadableFields(payment));
        return new JsonObject
        {
            ["orders"] = await OrdersAsync(user, orders, cancellationToken),
            ["payments"] = payments,
            ["invoices"] = new JsonArray([.. invoices.Select(ReadableFields)]),
            ["entitlements"] = new JsonArray([.. entitlements.Select(ReadableFields)]),
            ["postings"] = postings,
        };
    }

    /// <summary>Nobody pays for somebody who is gone: what is under way is called off.</summary>
    public async Task EraseAsync(UserId user, CancellationToken cancellationToken)
    {
        foreach (var document in await DocumentsAsync(BookKeys.Buyer(user), BookKeys.Order, cancellationToken))
            if (BookJson.Read<Order>(document) is { State: OrderState.Pending } order)
                await grains.GetGrain<IOrderGrain>(order.Id.Value).CancelAsync();
    }

    /// <summary>Whatever was ever ordered may have credits.</summary>
    private static IEnumerable<string> Accounts(UserId user, List<BookDocument> orders) =>
    [
        LedgerAccounts.Wallet(user), LedgerAccounts.PointsOf(user), LedgerAccounts.Affiliate(user),
        .. orders.SelectMany(order => BookJson.Read<Order>(order).Lines.Select(line => line.Offer))
            .OfType<OfferId>().Distinct().Select(offer => LedgerAccounts.Credits(user, offer)),
    ];

    /// <summary>With why she wanted her money back, in her words.</summary>
    private async Task<JsonArray> OrdersAsync(
        UserId user, List<BookDocument> documents, CancellationToken cancellationToken)
    {
        var orders = new JsonArray();
        foreach (var document in documents)
        {
            var order = ReadableFields(document);
            if (order?["asked"] is JsonObject asked)
                asked["reason"] = await secrets.OpenReasonAsync(
                    user, (string?)asked["reason"], cancellationToken);
            orders.Add(order);
        }
        return orders;
    }

    /// <summary>A card's token is a means to pay, not a fact about a person; fingerprints say nothing to her.</summary>
    private static JsonNode? ReadableFields(BookDocument document)
    {
        var node = BookJson.Parse(document);
        if (node is JsonObject fields)
        {
            fields.Remove("token");
            fields.Remove("fingerprint");
            if (document.Number is { } number) fields["number"] = number;
        }
        return node;
    }

    private async Task<List<BookDocument>> DocumentsAsync(
        string key, string kind, CancellationToken cancellationToken)
    {
        var documents = new List<BookDocument>();
        for (long? cursor = 0; cursor is { } after;)
        {
            var page = await books.ListAsync(new(key, kind, after, PageLimit), cancellationToken);
            documents.AddRange(page.Items);
            cursor = page.Cursor;
        }
        return documents;
    }

    private async Task AddPostingsAsync(JsonArray postings, string account, CancellationToken cancellationToken)
    {
        PostingPlace after = default;
        while (true)
        {
            var lines = await books.PostingsAsync(account, after, PageLimit, cancellationToken);
            foreach (var line in lines)
                postings.Add(new JsonObject
                {
                    ["at"] = line.At,
                    ["account"] = line.Account,
                    ["kind"] = line.Kind,
                    ["reference"] = line.EntryKey,
                    ["unit"] = line.Unit,
                    ["amount"] = line.Amount,
                });
            if (lines.Count < PageLimit) return;
            after = lines[^1].Place;
        }
    }
}
