using System.Collections.Concurrent;
using Engage.Contracts.Commerce;
using Engage.Grains.Commerce.Cards;

namespace Engage.Grains.Tests.Plans;

/// <summary>A card provider in the test's own process.</summary>
internal sealed class ObedientCards : ICardProvider
{
    private readonly ConcurrentDictionary<OrderId, Charge> _taken = [];
    private readonly ConcurrentDictionary<OrderId, bool> _voided = [];

    /// <summary>What comes of the next charges.</summary>
    public ChargeOutcome Answer { get; set; } = ChargeOutcome.Succeeded;

    /// <summary>What banks took back of every charge; below 0: nobody says.</summary>
    public long ChargedBack { get; set; }

    /// <summary>Whether it sends money back.</summary>
    public bool GivesBack { get; set; } = true;

    /// <summary>Every charge that took money, once.</summary>
    public IReadOnlyCollection<Charge> Taken => [.. _taken.Values];

    public Task<ChargeAnswer> ChargeAsync(Charge charge, CancellationToken cancellationToken)
    {
        if (_voided.ContainsKey(charge.Order)) return Task.FromResult(new ChargeAnswer(ChargeOutcome.Voided));
        if (Answer == ChargeOutcome.Succeeded) _taken.TryAdd(charge.Order, charge);
        return Task.FromResult(AnswerFor(charge.Order, Answer));
    }

    public Task<ChargeAnswer> VoidAsync(OrderId order, CancellationToken cancellationToken)
    {
        if (!_taken.ContainsKey(order)) _voided[order] = true;
        return Task.FromResult(AnswerFor(order, ChargeOutcome.Voided));
    }

    public Task<bool> RefundAsync(OrderId order, int number, long amount, CancellationToken cancellationToken) =>
        Task.FromResult(GivesBack);

    private ChargeAnswer AnswerFor(OrderId order, ChargeOutcome otherwise) => ChargedBack < 0
        ? ChargeAnswer.Unknown
        : _taken.TryGetValue(order, out var charge)
            ? new(ChargeOutcome.Succeeded, charge.Amount, charge.Currency, ChargedBack: ChargedBack)
            : new(otherwise);
}
