using Engage.Contracts;
using Engage.Contracts.Catalogue;
using Engage.Contracts.Commerce;
using Engage.Contracts.Commerce.Plans;
using Engage.Grains.Catalogue;
using Engage.Grains.Commerce.Shares;
using Engage.Storage.Books;

namespace Engage.Grains.Commerce.Plans;

/// <summary>
/// One quote. Each step is one entry of the books, refused if the quote has changed meanwhile; money waits in an
/// account of the quote's own until it is let go.
/// </summary>
internal sealed class QuoteGrain(IBooks books, QuoteBook quotes, CatalogueView catalogue, TimeProvider time)
    : Grain, IQuoteGrain, IRemindable
{
    private const string Reminder = "approve";
    private static readonly TimeSpan Again = TimeSpan.FromHours(1);

    /// <summary>Has a space, as no key of a request can: nobody gives back under it but who settles.</summary>
    private const string SettledKey = "quote settled";
    private KeptDocument<Quote> _kept = null!;

    private string Id => this.GetPrimaryKeyString();

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _kept = new(books, QuoteBook.IdOf(Id));
        return Task.CompletedTask;
    }

    public async Task<QuoteReply> AskAsync(UserId buyer, CreatorId creator, string text)
    {
        if (await ReadAsync() is { } known) return await AnswerAsync(known);

        await catalogue.RefreshAsync(CancellationToken.None);
        if (catalogue.Find(creator) is null)
            return Refused("not-found", $"Creator '{creator}' does not exist; list them with GET /v1/creators.");

        var now = time.GetUtcNow();
        var quote = new Quote
        {
            Id = Id,
            Creator = creator,
            Buyer = buyer,
            State = QuoteState.Asked,
            Asked = await quotes.SealAsync(buyer, text, now),
        };
        await _kept.CommitAsync(
            $"quote:{Id}", now, "quote", quote, [QuoteBook.OfBuyer(buyer), QuoteBook.OfCreator(creator)]);
        return await AnswerAsync((await ReadAsync())!);
    }

    public async Task<Quote?> GetAsync() =>
        await books.FindAsync(QuoteBook.IdOf(Id), CancellationToken.None) is { } document
            ? await quotes.OpenAsync(BookJson.Read<Quote>(document))
            : null;

    public async Task<QuoteReply> OfferAsync(
        UserId by, Money price, string text, DateTimeOffset due, DateTimeOffset? validUntil)
    {
        var offered = await quotes.SealAsync(by, text, time.GetUtcNow());
        var open = !await IsBeingPaidAsync();
        return await ChangeAsync(
            "offered", quote => open && quote.State is QuoteState.Asked or QuoteState.Offered,
            quote => quote with
            {
                State = QuoteState.Offered, Offered = offered, Price = price, Due = due, ValidUntil = validUntil,
            });
    }

    public async Task<OrderReply> AcceptAsync(PayRequest pay)
    {
        if (await ReadAsync() is not { } quote) return OrderReply.Refused("not-found", Missing());
        var attempt = quote.Attempts + 1;
        if (quote.Order is { } placed)
        {
            // Paid, or it may be yet; only what failed for good leaves room for another.
            var view = await GrainFactory.GetGrain<IOrderGrain>(placed.Value).GetAsync();
            if (view?.Order.State is OrderState.Pending || view?.Order.PaidAt is not null)
                return new(view, true, null);
            // Announced and not there: it may still be on its way, so that it is this one that is placed.
            if (view is null) attempt = quote.Attempts;
        }
        if (quote.State != QuoteState.Offered || quote.ValidUntil <= time.GetUtcNow())
            return OrderReply.Refused("quote-state", StateOf(quote));
        if (CommerceRefusal.IfPriceChanged(pay.Expected, quote.Price!.Value, $"Quote '{Id}'") is { } changed)
            return new(null, false, changed);

        // With a space, which no key of a request has: only this places it.
        var name = $"quote {Id}:{attempt}";
        var order = OrderId.Of(quote.Buyer, name);
        var begun = attempt == quote.Attempts
            ? new(quote, null)
            : await ChangeAsync(
                $"accept:{attempt}", each => each.State == QuoteState.Offered,
                each => each with { Order = order, Attempts = attempt });
        return begun.Refusal is { } refusal
            ? new(null, false, refusal)
            : await GrainFactory.GetGrain<IOrderGrain>(order.Value)
                .PlaceAsync(new(quote.Buyer, name, null, DraftOf(quote, pay)));
    }

    public async Task<QuoteReply> DeclineAsync()
    {
        var open = !await IsBeingPaidAsync();
        return await ChangeAsync(
            "declined", quote => open && quote.State is QuoteState.Asked or QuoteState.Offered,
            quote => quote with { State = QuoteState.Declined });
    }

    public async Task<QuoteReply> DeliverAsync(UserId by, string text)
    {
        var delivered = await quotes.SealAsync(by, text, time.GetUtcNow());
        await this.RegisterOrUpdateReminder(Reminder, Quote.ApprovalTime, Again);
        return await ChangeAsync(
            "delivered", quote => quote.State is QuoteState.Accepted or QuoteState.Delivered,
            quote => quote with { State = QuoteState.Delivered, Delivered = delivered });
    }

    public Task<QuoteReply> ApproveAsync() => LetGoAsync(QuoteState.Approved, QuoteState.Delivered);

    public async Task<QuoteReply> DisputeAsync(string text)
    {
        if (await ReadAsync() is not { } quote) return Refused("not-found", Missing());

        var disputed = await quotes.SealAsync(quote.Buyer, text, time.GetUtcNow());
        return await ChangeAsync(
            "disputed", each => each.State is QuoteState.Accepted or QuoteState.Delivered,
            each => each with { State = QuoteState.Disputed, Disputed = disputed });
    }

    public async Task<QuoteReply> SettleAsync(long refund)
    {
        if (await ReadAsync() is not { } quote) return Refused("not-found", Missing());
        if (quote.State == QuoteState.Settled) return await AnswerAsync(quote);
        if (quote.State != QuoteState.Disputed)
            return Refused("quote-state", StateOf(quote));
        if (refund < 0 || refund > quote.Price!.Value.MinorUnits)
            return Refused(
                "invalid-request", $"refund: {refund}, expected 0 to {quote.Price!.Value.MinorUnits} minor units.");

        // The refund has a name of its own: whoever is interrupted here and asks again gives back once.
        if (refund > 0)
        {
            var given = await GrainFactory.GetGrain<IOrderGrain>(quote.Order!.Value.Value)
                .RefundAsync(new(null, refund, Key: SettledKey));
            if (given.Refusal is { } refusal) return new(null, refusal);
        }
        return await LetGoAsync(QuoteState.Settled, QuoteState.Disputed, refund);
    }

    public async Task ReceiveReminder(string reminderName, TickStatus status)
    {
        var quote = await ReadAsync();
        if (quote is { State: QuoteState.Delivered, Delivered.At: var at })
        {
            if (time.GetUtcNow() - at < Quote.ApprovalTime) return;
            await ApproveAsync();
        }
        if (await this.GetReminder(Reminder) is { } reminder) await this.UnregisterReminder(reminder);
    }

    /// <summary>The money that is left in custody becomes what the seller and the others earn.</summary>
    private async Task<QuoteReply> LetGoAsync(QuoteState state, QuoteState from, long? givenBack = null)
    {
        if (await ReadAsync() is not { } quote) return Refused("not-found", Missing());
        if (quote.State == state) return await AnswerAsync(quote);

        var left = await books.BalanceAsync(
            quote.Custody, quote.Price?.Currency ?? "", null, CancellationToken.None);
        var shares = left > 0
            ? SaleShares.Of(left, new(quote.Creator), ShareTerms.Usual, affiliate: null)
            : [];
        var currency = quote.Price?.Currency ?? "";
        Posting[] postings = left > 0
            ?
            [
                new(quote.Custody, currency, -left, 0),
                .. shares.Select(share => new Posting(share.Account, currency, share.Amount)),
            ]
            : [];
        return await ChangeAsync(
            "released", each => each.State == from,
            each => each with { State = state, Shares = shares, GivenBack = givenBack }, postings);
    }

    private async Task<QuoteReply> ChangeAsync(
        string what, Func<Quote, bool> may, Func<Quote, Quote> change, IReadOnlyList<Posting>? postings = null)
    {
        if (await ReadAsync() is not { } quote) return Refused("not-found", Missing());
        if (!may(quote)) return Refused("quote-state", StateOf(quote));

        var changed = change(quote);
        var outcome = await _kept.CommitAsync(
            $"quote:{Id}:{_kept.Version}:{what}", time.GetUtcNow(), "quote", changed, postings: postings);
        return outcome.Result == BookResult.Written
            ? await AnswerAsync(changed)
            : Refused("quote-state", $"Quote '{Id}' has just changed; look at it again.");
    }

    private async Task<Quote?> ReadAsync()
    {
        _kept.Forget();
        return await _kept.GetAsync();
    }

    private async Task<QuoteReply> AnswerAsync(Quote quote) => new(await quotes.OpenAsync(quote), null);

    /// <summary>An order was placed for it; until that has failed, the price stands.</summary>
    private async Task<bool> IsBeingPaidAsync() =>
        (await ReadAsync())?.Order is { } order
        && await books.FindAsync(new(BookKeys.Order, order.Value), CancellationToken.None) is { } document
        && BookJson.Read<Order>(document).State == OrderState.Pending;

    private static OrderDraft DraftOf(Quote quote, PayRequest pay) => new()
    {
        Kind = OrderKind.Quote,
        Currency = quote.Price!.Value.Currency,
        Lines =
        [
            new(
                1, new() { Zh = "定制服务", En = "Bespoke work" }, null, 1, quote.Price.Value.MinorUnits,
                quote.Price.Value.MinorUnits, [new(quote.Custody, quote.Price.Value.MinorUnits)], [],
                new(quote.Creator)),
        ],
        Sources = [new(pay.Method, quote.Price.Value.MinorUnits)],
        Token = pay.Token,
        Subject = Quote.SubjectOf(quote.Id),
    };

    private string StateOf(Quote quote) =>
        $"Quote '{Id}' is {quote.State}{(quote.ValidUntil is { } until ? $", valid until {until:O}" : "")}: this step "
        + "cannot follow; see docs/protocol.md, \"Quotes\".";

    private string Missing() => $"Quote '{Id}' does not exist; list yours with GET /v1/quotes.";

    private static QuoteReply Refused(string problem, string detail) => new(null, new(problem, detail));
}
