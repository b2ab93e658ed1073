using Engage.Contracts.Catalogue;

namespace Engage.Contracts.Commerce.Plans;

/// <summary>What came to one account of the ledger, and went from it. Amounts are minor units.</summary>
[GenerateSerializer, Immutable, Alias("engage.income")]
public sealed record Income
{
    [Id(0)] public required string Account { get; init; }

    /// <summary>Included.</summary>
    [Id(1)] public required DateTimeOffset From { get; init; }

    /// <summary>Not included.</summary>
    [Id(2)] public required DateTimeOffset To { get; init; }

    /// <summary>What was posted later is left out.</summary>
    [Id(3)] public required DateTimeOffset At { get; init; }
    [Id(4)] public required IncomeTotal[] Totals { get; init; }
    [Id(5)] public required IncomeKind[] Kinds { get; init; }
    [Id(6)] public required IncomeMonth[] Months { get; init; }
}

/// <param name="Gross">What buyers paid.</param>
/// <param name="Shares">What others got of it, 0 or less.</param>
/// <param name="Refunds">What was given back of this account's part, 0 or less.</param>
/// <param name="Net">Gross, less shares and refunds.</param>
/// <param name="Payouts">0 or less.</param>
/// <param name="Balance">Of all time up to then.</param>
[GenerateSerializer, Immutable, Alias("engage.income-total")]
public sealed record IncomeTotal(
    [property: Id(0)] string Currency,
    [property: Id(1)] long Gross,
    [property: Id(2)] long Shares,
    [property: Id(3)] long Refunds,
    [property: Id(4)] long Net,
    [property: Id(5)] long Payouts,
    [property: Id(6)] long Balance);

[GenerateSerializer, Immutable, Alias("engage.income-kind")]
public sealed record IncomeKind(
    [property: Id(0)] string Kind,
    [property: Id(1)] string Currency,
    [property: Id(2)] long Net,
    [property: Id(3)] int Count);

/// <param name="Month">Such as <c>2026-11</c>, of UTC.</param>
/// <param name="Mrr">What this month earns of subscriptions, whenever they were charged.</param>
/// <param name="Subscriptions">How many of them.</param>
[GenerateSerializer, Immutable, Alias("engage.income-month")]
public sealed record IncomeMonth(
    [property: Id(0)] string Month,
    [property: Id(1)] string Currency,
    [property: Id(2)] long Net,
    [property: Id(3)] long Mrr,
    [property: Id(4)] int Subscriptions);

/// <summary>Money that a seller took out.</summary>
/// <param name="By">Who asked for it.</param>
[GenerateSerializer, Immutable, Alias("engage.payout")]
public sealed record Payout(
    [property: Id(0)] string Id,
    [property: Id(1)] string Account,
    [property: Id(2)] Money Amount,
    [property: Id(3)] UserId By,
    [property: Id(4)] DateTimeOffset At);

/// <param name="Replayed">The same request was done before.</param>
[GenerateSerializer, Immutable, Alias("engage.payout-reply")]
public sealed record PayoutReply(
    [property: Id(0)] Payout? Payout, [property: Id(1)] bool Replayed, [property: Id(2)] CommerceRefusal? Refusal);
