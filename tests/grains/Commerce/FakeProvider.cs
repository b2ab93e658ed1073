using Engage.Contracts.Commerce;
using Engage.Grains.Commerce.Cards;

namespace Engage.Grains.Tests.Commerce;

/// <summary>A card provider that charges each id once, and is silent when it is told to.</summary>
internal sealed class FakeProvider : ICardProvider
{
    private readonly Lock _gate = new();

    public Dictionary<string, ChargeAnswer> Charges { get; } = [];
    public Dictionary<string, long> Refunds { get; } = [];
    public int Calls { get; private set; }

    /// <summary>Asked at each call: whether it is done, and whether that is said.</summary>
    public Func<(bool Done, bool Said)> Next { get; set; } = () => (true, true);

    public Task<ChargeAnswer> ChargeAsync(Charge charge, CancellationToken cancellationToken) => AnswerAsync(
        charge.Order,
        charge.Token.StartsWith("tok_ok", StringComparison.Ordinal)
            ? new(ChargeOutcome.Succeeded, charge.Amount, charge.Currency)
            : new(ChargeOutcome.Declined, Reason: "no"));

    public Task<ChargeAnswer> VoidAsync(OrderId order, CancellationToken cancellationToken) =>
        AnswerAsync(order, new(ChargeOutcome.Voided));

    public Task<bool> RefundAsync(OrderId order, int number, long amount, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            Calls++;
            var (done, said) = Next();
            if (done) Refunds[$"{order}:{number}"] = amount;
            return Task.FromResult(done && said);
        }
    }

    private Task<ChargeAnswer> AnswerAsync(OrderId order, ChargeAnswer ifNew)
    {
        lock (_gate)
        {
            Calls++;
            var (done, said) = Next();
            if (!done) return Task.FromResult(ChargeAnswer.Unknown);
            Charges.TryAdd(order.Value, ifNew);
            return Task.FromResult(said ? Charges[order.Value] : ChargeAnswer.Unknown);
        }
    }
}
