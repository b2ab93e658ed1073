using Engage.Contracts.Catalogue;

namespace Engage.Contracts.Commerce;

/// <summary>What an order would cost if it were placed now. Nothing is written, reserved or charged by it.</summary>
[GenerateSerializer, Immutable, Alias("engage.order-preview")]
public sealed record OrderPreview
{
    [Id(0)] public required OfferId Offer { get; init; }
    [Id(1)] public required int Quantity { get; init; }

    /// <summary>Before anything is taken off.</summary>
    [Id(2)] public required Money Price { get; init; }
    [Id(3)] public Discount? Discount { get; init; }

    /// <summary>What the order's total would be; points may pay a part of it.</summary>
    [Id(4)] public required Money Total { get; init; }

    /// <summary>How many points would be used, and what they pay in minor units.</summary>
    [Id(5)] public long Points { get; init; }
    [Id(6)] public long PointsAmount { get; init; }

    /// <summary>What wallet or card is charged now: what the order names as expected.</summary>
    [Id(7)] public required Money Due { get; init; }

    /// <summary>Days that cost nothing before the first charge; 0: no trial, or it was used before.</summary>
    [Id(8)] public int TrialDays { get; init; }

    /// <summary>What a subscription charges after that; null: nothing is charged again.</summary>
    [Id(9)] public NextCharge? Next { get; init; }

    /// <summary>What a member pays less.</summary>
    [Id(10)] public MemberDiscount? Member { get; init; }
}

/// <param name="At">When it is charged, if it were ordered now.</param>
[GenerateSerializer, Immutable, Alias("engage.next-charge")]
public sealed record NextCharge(
    [property: Id(0)] Money Amount, [property: Id(1)] DateTimeOffset At, [property: Id(2)] BillingInterval Interval);

[GenerateSerializer, Immutable, Alias("engage.preview-reply")]
public sealed record PreviewReply([property: Id(0)] OrderPreview? Preview, [property: Id(1)] CommerceRefusal? Refusal);
