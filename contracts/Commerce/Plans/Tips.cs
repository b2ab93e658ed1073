using Engage.Contracts.Catalogue;
using Orleans.Concurrency;

namespace Engage.Contracts.Commerce.Plans;

/// <summary>What a creator was given and told. Key: her ledger account.</summary>
[Alias("engage.ITipsGrain")]
public interface ITipsGrain : IGrainWithStringKey
{
    /// <returns>Paid and not given back, newest first, at most 100.</returns>
    [AlwaysInterleave, Alias("ListAsync")]
    Task<Tip[]> ListAsync();
}

/// <summary>A tip and what was said with it.</summary>
[GenerateSerializer, Immutable, Alias("engage.tip")]
public sealed record Tip
{
    [Id(0)] public required OrderId Order { get; init; }
    [Id(1)] public required UserId From { get; init; }
    [Id(2)] public required CreatorId Creator { get; init; }
    [Id(3)] public required Money Amount { get; init; }
    [Id(4)] public required DateTimeOffset At { get; init; }
    [Id(5)] public RoomId? Room { get; init; }

    /// <summary>
    /// Sealed with the giver's key where it is stored; null: nothing was said, or nobody can read it any more.
    /// </summary>
    [Id(6)] public string? Message { get; init; }
}
