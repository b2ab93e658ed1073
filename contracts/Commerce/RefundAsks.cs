using Engage.Contracts.Catalogue;
using Orleans.Concurrency;

namespace Engage.Contracts.Commerce;

/// <summary>Why a buyer does not get her money back by herself, and somebody decides.</summary>
[GenerateSerializer, Alias("engage.refund-ask-reason")]
public enum RefundAskReason
{
    /// <summary>The window for that is over.</summary>
    Late = 1,

    /// <summary>More of it was used than that allows.</summary>
    Used = 2,

    /// <summary>Nothing on record says how much of it was used.</summary>
    Unknown = 3,

    /// <summary>Who earned the money has taken it out already.</summary>
    PaidOut = 4,

    /// <summary>She wants a part, and would keep what was bought.</summary>
    Part = 5,

    /// <summary>She took the same back by herself before.</summary>
    Again = 6,
}

/// <summary>
/// What buyers want back from one seller and nobody has answered. Key: the seller's ledger account, or
/// <see cref="All"/>.
/// </summary>
[Alias("engage.IRefundAsksGrain")]
public interface IRefundAsksGrain : IGrainWithStringKey
{
    /// <summary>Of all sellers, for the platform's own people.</summary>
    const string All = "all";

    /// <returns>Newest first, among the newest 100 that were asked.</returns>
    [AlwaysInterleave, Alias("ListAsync")]
    Task<OpenRefundAsk[]> ListAsync();
}

/// <param name="Reason">What the buyer wrote; null: nothing, or nobody can read it any more.</param>
[GenerateSerializer, Immutable, Alias("engage.open-refund-ask")]
public sealed record OpenRefundAsk([property: Id(0)] Order Order, [property: Id(1)] string? Reason);
