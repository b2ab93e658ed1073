namespace Engage.Contracts.Commerce;

/// <summary>
/// Somebody's right to enter or open something. Its id is order and line, and which grant of the line.
/// </summary>
[GenerateSerializer, Immutable, Alias("engage.entitlement")]
public sealed record Entitlement
{
    [Id(0)] public required string Id { get; init; }
    [Id(1)] public required UserId User { get; init; }
    [Id(2)] public required string Scope { get; init; }
    [Id(3)] public required DateTimeOffset From { get; init; }

    /// <summary>Null: for ever.</summary>
    [Id(4)] public DateTimeOffset? Until { get; init; }

    /// <summary>When it was taken back, for example by a refund; null: it was not.</summary>
    [Id(5)] public DateTimeOffset? WithdrawnAt { get; init; }
    [Id(6)] public OrderId? Order { get; init; }
    [Id(7)] public OfferId? Offer { get; init; }
    [Id(8)] public LocalizedText? Title { get; init; }

    /// <summary>What it lives with, such as <c>subscription:s-1</c>; null: nothing.</summary>
    [Id(9)] public string? Subject { get; init; }

    public bool IsGood(DateTimeOffset at) => WithdrawnAt is null && From <= at && (Until is null || at < Until);
}

[GenerateSerializer, Alias("engage.access")]
public enum Access
{
    Free = 1,
    Granted = 2,
    Locked = 3,
}

/// <param name="By">The scope of the entitlement that opens it; null unless it is granted.</param>
/// <param name="Until">When that ends; null: it does not.</param>
/// <param name="Offers">What would open it, where it is locked.</param>
[GenerateSerializer, Immutable, Alias("engage.access-answer")]
public sealed record AccessAnswer(
    [property: Id(0)] Access Access,
    [property: Id(1)] string? By,
    [property: Id(2)] DateTimeOffset? Until,
    [property: Id(3)] OfferId[] Offers)
{
    public bool IsAllowed => Access != Access.Locked;
}

/// <summary>What opened and what closed for somebody, as scopes.</summary>
[GenerateSerializer, Immutable, Alias("engage.entitlements-change")]
public sealed record EntitlementsChange([property: Id(0)] string[] Opened, [property: Id(1)] string[] Closed);
