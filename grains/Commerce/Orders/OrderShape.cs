using Engage.Contracts;
using Engage.Contracts.Catalogue;
using Engage.Contracts.Commerce;
using Engage.Grains.Commerce.Shares;

namespace Engage.Grains.Commerce.Orders;

/// <summary>An order while it is being priced.</summary>
public sealed class OrderShape(OrderId id, UserId buyer, OrderRequest request, Offer offer, DateTimeOffset now)
{
    public OrderId Id => id;
    public UserId Buyer => buyer;
    public OrderRequest Request => request;
    public Offer Offer => offer;
    public DateTimeOffset Now => now;

    /// <summary>Somebody only asks what it would cost: how it is paid is open.</summary>
    public bool IsPreview { get; init; }

    /// <summary>
    /// What has to be kept of the request besides the order. Done when nothing refuses it any more, and before the
    /// order is written; a preview never does it.
    /// </summary>
    public List<Func<CancellationToken, ValueTask>> Keeping { get; } = [];

    public OrderKind Kind { get; set; } = OrderKind.Sale;
    public required string Currency { get; set; }
    public List<ShapedLine> Lines { get; } = [];
    public Discount? Discount { get; set; }
    public MemberDiscount? Member { get; set; }

    /// <summary>Points that are used, and what they pay of the total, in minor units.</summary>
    public (long Points, long Amount) Points { get; set; }
    public UserId? Recipient { get; set; }
    public bool Held { get; set; }
    public string? Subject { get; set; }
    public UserId? Referral { get; set; }
    public List<LedgerLine> Extras { get; } = [];

    /// <summary>Of a subscription: days without a charge, and what is charged after what is due now.</summary>
    public int TrialDays { get; set; }
    public NextCharge? Next { get; set; }

    /// <summary>
    /// Why the coupon takes nothing off. To a buyer who says what she was shown, that is a price that has changed.
    /// </summary>
    public CommerceRefusal? CouponRefusal { get; set; }

    /// <summary>What wallet or card is charged.</summary>
    public Money Due => new(Total - Points.Amount, Currency);

    public long Total => Lines.Sum(line => line.Amount);

    /// <summary>Takes something off, from all lines in proportion to what they cost.</summary>
    /// <param name="amount">At most the total.</param>
    public void TakeOff(long amount)
    {
        var parts = Parts.Split(amount, [.. Lines.Select(line => line.Amount)]);
        for (var i = 0; i < parts.Length; i++) Lines[i].Amount -= parts[i];
    }

    public OrderPreview ToPreview() => new()
    {
        Offer = offer.Id,
        Quantity = request.Quantity,
        Price = new(Lines.Sum(line => line.Price), Currency),
        Discount = Discount,
        Member = Member,
        Total = new(Total, Currency),
        Points = Points.Points,
        PointsAmount = Points.Amount,
        Due = Due,
        TrialDays = TrialDays,
        Next = Next,
    };

    /// <summary>Fixes shares and sources.</summary>
    public OrderDraft ToDraft()
    {
        var rest = Due.MinorUnits;
        var sources = new List<OrderSource>();
        if (Points.Points > 0) sources.Add(new(PaymentMethod.Points, Points.Amount, Points: Points.Points));
        if (rest > 0) sources.Add(new(request.Pay.Method, rest));
        return new()
        {
            Kind = Kind,
            Currency = Currency,
            Lines = [.. Lines.Select((line, index) => line.ToLine(index + 1, Referral))],
            Sources = [.. sources],
            Token = request.Pay.Token,
            Offer = offer.Id,
            Quantity = request.Quantity,
            Discount = Discount,
            Member = Member,
            Recipient = Recipient,
            Held = Held,
            Subject = Subject,
            Extras = [.. Extras],
            Referral = Referral,
        };
    }
}

/// <summary>One line of an order while it is being priced.</summary>
public sealed class ShapedLine
{
    public required LocalizedText Title { get; init; }
    public required OfferId Offer { get; init; }
    public required Seller Seller { get; init; }

    /// <summary>Where it is sold, as the catalogue has it: who shares in it.</summary>
    public required CommunityId[] Communities { get; init; }
    public required ShareTerms Terms { get; init; }
    public int Quantity { get; init; } = 1;

    /// <summary>In minor units, before anything is taken off.</summary>
    public required long Price { get; init; }

    /// <summary>What is to be paid.</summary>
    public long Amount { get; set; }
    public Grant[] Grants { get; set; } = [];

    public OrderLine ToLine(int number, UserId? affiliate) => new(
        number, Title, Offer, Quantity, Price, Amount,
        Amount == 0 ? [] : SaleShares.Of(Amount, Seller, Communities, Terms, affiliate), Grants, Seller);
}
