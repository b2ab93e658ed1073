using Engage.Contracts.Commerce;
using Engage.Storage.Books;

namespace Engage.Grains.Commerce.Orders;

/// <summary>
/// Something that shapes an order between its request and its placing: bundles, trials, coupons, points, gifts. Each
/// registered one sees every request, and leaves alone what does not concern it. It may read; what it wants written
/// goes into the shape's <see cref="OrderShape.Extras"/> or comes from an <see cref="IOrderEffects"/>.
/// </summary>
public interface IOrderTerms
{
    /// <summary>Lower ones first: 100 what is in it, 200 what it costs, 300 who gets it, 400 how it is paid.</summary>
    int Rank { get; }

    /// <returns>Null if it may be ordered so, otherwise why not.</returns>
    ValueTask<CommerceRefusal?> ApplyAsync(OrderShape shape, CancellationToken cancellationToken);
}

/// <summary>
/// What happens with an order besides money and entitlements: a subscription begins, a gift waits for its owner.
/// </summary>
public interface IOrderEffects
{
    /// <summary>
    /// Whether it has anything to do with this order. If so, <see cref="AfterAsync"/> is sure to be called.
    /// </summary>
    bool Concerns(Order order);

    /// <summary>
    /// What the entry that pays the order writes besides, or why it cannot be paid any more; asked again when that
    /// entry met a conflict.
    /// </summary>
    ValueTask<OrderWrites> PaidAsync(Order order, CancellationToken cancellationToken);

    /// <summary>What the entry that gives money back writes besides.</summary>
    /// <param name="order">As it is afterwards.</param>
    /// <param name="refund">The one that is written.</param>
    /// <param name="cancellationToken">Ends the reads.</param>
    ValueTask<OrderWrites> RefundedAsync(Order order, Refund refund, CancellationToken cancellationToken);

    /// <summary>
    /// After the order was paid, refused, called off or given back, durably. At least once: called again until it does
    /// not throw, also after a crash. Never calls the order's actor.
    /// </summary>
    Task AfterAsync(Order order, CancellationToken cancellationToken);
}

/// <summary>Joins the entry of an order. Documents may be in conflict: then all is read and decided again.</summary>
public sealed record OrderWrites(IReadOnlyList<Posting> Postings, IReadOnlyList<DocumentWrite> Documents)
{
    public static readonly OrderWrites None = new([], []);

    /// <summary>
    /// Of a payment: why it comes too late for what it is for; null: it does not. The order fails, and what a card was
    /// charged goes back.
    /// </summary>
    public Failure? Refusal { get; init; }

    public static OrderWrites Refused(string code, string detail) => None with { Refusal = new(code, detail) };
}
