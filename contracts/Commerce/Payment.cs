namespace Engage.Contracts.Commerce;

[GenerateSerializer, Alias("engage.payment-state")]
public enum PaymentState
{
    /// <summary>The provider may have taken the money, or may yet: it is asked until that is known.</summary>
    Pending = 1,
    Succeeded = 2,

    /// <summary>Refused, by the provider or for want of balance: no money moved, and none will.</summary>
    Declined = 3,

    /// <summary>Called off before any money moved, and none will.</summary>
    Voided = 4,
}

/// <summary>How an order is paid. One per order, under its id.</summary>
[GenerateSerializer, Immutable, Alias("engage.payment")]
public sealed record Payment
{
    [Id(0)] public required OrderId Order { get; init; }
    [Id(1)] public required PaymentMethod Method { get; init; }
    [Id(2)] public required PaymentState State { get; init; }

    /// <summary>What the method is to pay: the order's total without what points paid.</summary>
    [Id(3)] public required long Amount { get; init; }
    [Id(4)] public required string Currency { get; init; }

    /// <summary>The provider's name for a card, sealed with the buyer's key; gone once it is not needed.</summary>
    [Id(5)] public string? Token { get; init; }
    [Id(6)] public Failure? Failure { get; init; }

    /// <summary>The webhook that settled it, where one did.</summary>
    [Id(7)] public string? Event { get; init; }
    [Id(8)] public DateTimeOffset? SettledAt { get; init; }
}
