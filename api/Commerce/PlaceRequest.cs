using Engage.Api.Accounts;
using Engage.Contracts;
using Engage.Contracts.Catalogue;
using Engage.Contracts.Commerce;

namespace Engage.Api.Commerce;

internal sealed record GiftBody(string? To, string? Message, bool? Only = null);

internal sealed record PayBody(string? Method, string? Token, long? Points)
{
    /// <summary>Who only asks what it would cost has not chosen yet.</summary>
    public static readonly PayBody Open = new("free", null, null);
}

/// <summary>The body of <c>POST /v1/orders</c>.</summary>
internal sealed record PlaceRequest(
    string? Offer, int? Quantity, string? Coupon, GiftBody? Gift, string? Referral, PayBody? Pay,
    Money? Expected = null)
{
    private const int TextLengthMax = 500;
    private const int NameLengthMax = 254;

    /// <param name="index">Stands for whom alone a gift is for.</param>
    /// <returns>The order that is asked for, or what is wrong.</returns>
    public (OrderRequest? Request, string? Wrong) ToOrder(BlindIndex index)
    {
        if (WhatIsWrong() is { } wrong) return (null, wrong);
        return (
            new()
            {
                Offer = new(Offer!),
                Quantity = Quantity ?? 1,
                Coupon = Coupon,
                Gift = Gift is null
                    ? null
                    : new(Gift.To, Gift.Message, Gift.Only == true ? index.Of(Gift.To!) : null),
                Referral = Referral is null ? null : new UserId(Referral),
                Pay = new(MethodOf(Pay!)!.Value, Pay!.Token, Pay.Points ?? 0, Expected),
            },
            null);
    }

    /// <summary>Points alone pay nothing by themselves: they are part of another method.</summary>
    public static PaymentMethod? MethodOf(PayBody pay) =>
        CommerceNames.Parse<PaymentMethod>(pay.Method) is { } method and not PaymentMethod.Points ? method : null;

    private string? WhatIsWrong() => this switch
    {
        _ when !new OfferId(Offer ?? "").IsValid =>
            "offer: expected the id of an offer; list them with GET /v1/offers.",
        { Quantity: < 1 or > OrderRequest.QuantityMax } =>
            $"quantity: {Quantity}, expected 1 to {OrderRequest.QuantityMax}.",
        { Coupon.Length: 0 or > IdText.LengthMax } => $"coupon: expected 1 to {IdText.LengthMax} characters.",
        { Gift.To: { Length: 0 or > NameLengthMax } } => "gift.to: expected a user name or mail address.",
        { Gift: { Only: true, To: null } } =>
            "gift.to: expected the user name or mail address of who alone may take it.",
        { Gift.Message.Length: > TextLengthMax } => $"gift.message: at most {TextLengthMax} characters.",
        { Referral: { } referral } when !IdText.IsValid(referral) => "referral: expected a user id.",
        { Pay: null } => "pay: expected how it is paid.",
        _ when MethodOf(Pay) is null => $"pay.method: '{Pay.Method}', expected 'wallet', 'card' or 'free'.",
        { Pay.Token.Length: 0 or > TextLengthMax } => $"pay.token: expected 1 to {TextLengthMax} characters.",
        { Expected: not null } when Money.Check("expected", Expected) is { } wrong => wrong,
        { Pay.Points: < 0 } => $"pay.points: {Pay.Points}, expected 0 or more.",
        _ => null,
    };
}
