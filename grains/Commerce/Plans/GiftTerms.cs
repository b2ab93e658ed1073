using Engage.Contracts.Accounts;
using Engage.Contracts.Commerce;
using Engage.Contracts.Commerce.Plans;
using Engage.Grains.Commerce.Entitlements;
using Engage.Grains.Commerce.Orders;
using Engage.Storage.Books;

namespace Engage.Grains.Commerce.Plans;

/// <summary>
/// Something is bought for somebody else: paying it opens nothing until it is claimed. The gift is written down when
/// its order is priced, because the order keeps no texts; one whose order was never paid cannot be claimed.
/// </summary>
internal sealed class GiftTerms(IBooks books, GiftBook gifts, IGrainFactory grains) : IOrderTerms, IOrderEffects
{
    private const int ToLengthMax = 254;
    private const int MessageLengthMax = 500;

    public int Rank => 300;

    public ValueTask<CommerceRefusal?> ApplyAsync(OrderShape shape, CancellationToken cancellationToken)
    {
        if (shape.Request.Gift is not { } asked) return ValueTask.FromResult<CommerceRefusal?>(null);
        if (asked.To is { Length: 0 or > ToLengthMax } || asked.Message?.Length > MessageLengthMax)
            return ValueTask.FromResult<CommerceRefusal?>(new(
                "invalid-request",
                $"gift: expected 'to' of 1 to {ToLengthMax} and 'message' of at most {MessageLengthMax} characters."));

        var code = GiftBook.NewCode();
        shape.Held = true;
        shape.Subject = GiftBook.SubjectOf(code);
        shape.Keeping.Add(cancellation => KeepAsync(NewGift(shape, asked, code), cancellation));
        return ValueTask.FromResult<CommerceRefusal?>(null);
    }

    public bool Concerns(Order order) => GiftBook.CodeIn(order.Subject) is not null;

    public ValueTask<OrderWrites> PaidAsync(Order order, CancellationToken cancellationToken) =>
        ValueTask.FromResult(OrderWrites.None);

    /// <summary>
    /// What was given back whole is no gift any more; what it opened closes with the order's lines. Written with every
    /// refund: whoever claims it in this moment has read what is not so any more, and looks again.
    /// </summary>
    public async ValueTask<OrderWrites> RefundedAsync(
        Order order, Refund refund, CancellationToken cancellationToken)
    {
        if (await books.FindAsync(GiftBook.IdOf(GiftBook.CodeIn(order.Subject)!), cancellationToken)
            is not { } document)
            return OrderWrites.None;

        var gift = BookJson.Read<Gift>(document);
        var state = order.State == OrderState.Refunded ? GiftState.Withdrawn : gift.State;
        return new([], [new(document.Id, document.Version, BookJson.Write(gift with { State = state }))]);
    }

    private static Gift NewGift(OrderShape shape, GiftRequest asked, string code) => new()
    {
        Code = code,
        Order = shape.Id,
        From = shape.Buyer,
        Offer = shape.Offer.Id,
        Title = shape.Offer.Title,
        State = GiftState.Open,
        To = asked.To,
        Message = asked.Message,
        Addressee = asked.Addressee,
        CreatedAt = shape.Now,
        Grants = [.. shape.Lines.SelectMany(line => line.Grants)],
    };

    private async ValueTask KeepAsync(Gift gift, CancellationToken cancellationToken) => await books.CommitAsync(
        new(
            $"gift:{gift.Code}", gift.CreatedAt, "gift", [],
            [
                new(
                    GiftBook.IdOf(gift.Code), 0, BookJson.Write(await gifts.SealAsync(gift, cancellationToken)),
                    Keys: [GiftBook.GivenBy(gift.From)]),
            ]),
        cancellationToken);

    /// <summary>Whoever claimed it finds the door closed at once.</summary>
    public async Task AfterAsync(Order order, CancellationToken cancellationToken)
    {
        if (order.State != OrderState.Refunded
            || await books.FindAsync(GiftBook.IdOf(GiftBook.CodeIn(order.Subject)!), cancellationToken)
                is not { } document)
            return;
        if (BookJson.Read<Gift>(document).ClaimedBy is { } user)
            await grains.GetGrain<IEntitlementsGrain>(user.Value).RefreshAsync().WaitAsync(cancellationToken);
    }
}

/// <summary>One gift. Claiming it is one entry: the gift, and what it opens.</summary>
internal sealed class GiftGrain(IBooks books, GiftBook gifts, TimeProvider time) : Grain, IGiftGrain
{
    private string Code => this.GetPrimaryKeyString();

    public async Task<GiftReply> ClaimAsync(Contracts.UserId user)
    {
        if (await books.FindAsync(GiftBook.IdOf(Code), CancellationToken.None) is not { } document)
        {
            DeactivateOnIdle();
            return Refused("not-found", "does not exist; look at the code again");
        }
        var gift = BookJson.Read<Gift>(document);
        if (gift is { State: GiftState.Claimed } && gift.ClaimedBy == user) return await AnswerAsync(gift);
        // Asked now, and not when it was bought: nobody learns by giving whether there is such an account.
        if (gift.Addressee is { } only && await GrainFactory.GetGrain<ISignInGrain>(only).FindAsync() != user)
            return Refused("forbidden", "is for somebody else; sign in as her, with her verified mail address");
        if (gift.State != GiftState.Open) return Refused("gift-claimed", "was taken by somebody else, or given back");

        var order = await GrainFactory.GetGrain<IOrderGrain>(gift.Order.Value).GetAsync();
        if (order?.Order is not { PaidAt: not null, State: not OrderState.Refunded } paid)
            return Refused("gift-claimed", "is not paid yet; ask whoever gave it");

        var now = time.GetUtcNow();
        var claimed = gift with { State = GiftState.Claimed, ClaimedBy = user, ClaimedAt = now, Addressee = null };
        var outcome = await books.CommitAsync(
            new(
                $"gift:{Code}:claimed", now, "gift", [],
                [
                    new(document.Id, document.Version, BookJson.Write(claimed), Keys: [GiftBook.TakenBy(user)]),
                    .. EntitlementDocuments.For(paid, user, now),
                ]),
            CancellationToken.None);
        if (outcome.Result is not BookResult.Written)
            return Refused("gift-claimed", "was taken by somebody else, or given back, in this moment");

        await GrainFactory.GetGrain<IEntitlementsGrain>(user.Value).RefreshAsync();
        return await AnswerAsync(claimed);
    }

    private async Task<GiftReply> AnswerAsync(Gift gift) =>
        new(await gifts.OpenAsync(gift, CancellationToken.None), null);

    private GiftReply Refused(string problem, string detail) => new(null, new(problem, $"Gift '{Code}' {detail}."));
}
