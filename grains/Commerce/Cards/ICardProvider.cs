using Engage.Contracts.Commerce;

namespace Engage.Grains.Commerce.Cards;

/// <summary>
/// Whoever takes money from cards for us. Every call may be made again: a charge is known by its order's id, a refund
/// by order and number, and each happens once.
/// </summary>
public interface ICardProvider
{
    /// <summary>Takes the money, if it has not been taken for this order before.</summary>
    Task<ChargeAnswer> ChargeAsync(Charge charge, CancellationToken cancellationToken);

    /// <summary>
    /// Sees to it that no money is taken for this order any more, known or not; answers what became of it if it is too
    /// late.
    /// </summary>
    Task<ChargeAnswer> VoidAsync(OrderId order, CancellationToken cancellationToken);

    /// <returns>Whether it is known to be sent; false: ask again.</returns>
    Task<bool> RefundAsync(OrderId order, int number, long amount, CancellationToken cancellationToken);
}

/// <param name="Token">The provider's name for the card.</param>
public sealed record Charge(OrderId Order, long Amount, string Currency, string Token)
{
    public override string ToString() => $"charge of order {Order}, {Amount} {Currency}";
}

public enum ChargeOutcome
{
    /// <summary>No answer, or one that does not say: the money may have been taken. Ask again.</summary>
    Unknown = 0,
    Succeeded = 1,
    Declined = 2,
    Voided = 3,
}

/// <param name="Amount">What was taken.</param>
/// <param name="Reason">Why it was declined.</param>
/// <param name="ChargedBack">Of the amount: what the card's bank took back since.</param>
public sealed record ChargeAnswer(
    ChargeOutcome Outcome, long Amount = 0, string? Currency = null, string? Reason = null, long ChargedBack = 0)
{
    public static readonly ChargeAnswer Unknown = new(ChargeOutcome.Unknown);
}
