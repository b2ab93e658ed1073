using Engage.Contracts.Activity;
using Engage.Contracts.Rooms;
using Orleans.Concurrency;

namespace Engage.Contracts.Catalogue;

/// <summary>A definition with the live figures of its actor.</summary>
[GenerateSerializer, Immutable, Alias("engage.counted`1")]
public sealed record Counted<T>(
    [property: Id(0)] T Definition, [property: Id(1)] IReadOnlyDictionary<ActivityKind, long> Counters);

/// <summary>What became of a creation request.</summary>
[GenerateSerializer, Alias("engage.create-outcome")]
public enum CreateOutcome
{
    Created = 1,

    /// <summary>It was there with the same definition: a harmless retry.</summary>
    Unchanged = 2,

    /// <summary>The id is taken by another definition, which stands.</summary>
    Conflict = 3,

    /// <summary>It names a creator or community that does not exist.</summary>
    MissingReference = 4,

    /// <summary>What it names exists, but does not belong together.</summary>
    Mismatch = 5,
}

[GenerateSerializer, Immutable, Alias("engage.create-reply`1")]
public sealed record CreateReply<T>(
    [property: Id(0)] CreateOutcome Outcome, [property: Id(1)] T? Definition, [property: Id(2)] string? Detail);

/// <summary>A catalogued actor: defined once, then counting what happens to it.</summary>
[Alias("engage.ICataloguedGrain`1")]
public interface ICataloguedGrain<T> : IActivityProjectionGrain
{
    /// <param name="definition">Passes <see cref="CatalogueRules"/>; its id is this grain's key.</param>
    [Alias("CreateAsync")]
    Task<CreateReply<T>> CreateAsync([Immutable] T definition, CancellationToken cancellationToken);

    /// <returns>Null if it was never created.</returns>
    [AlwaysInterleave, Alias("GetAsync")]
    Task<Counted<T>?> GetAsync();
}

[Alias("engage.ICommunityGrain")]
public interface ICommunityGrain : ICataloguedGrain<Community>;

[Alias("engage.ICreatorGrain")]
public interface ICreatorGrain : ICataloguedGrain<Creator>;

[Alias("engage.IContentGrain")]
public interface IContentGrain : ICataloguedGrain<Content>
{
    /// <returns>Null if the content does not exist.</returns>
    [AlwaysInterleave, Alias("GetSimilarAsync")]
    Task<Recommending.SimilarContents?> GetSimilarAsync(int limit);
}

/// <summary>Lists definitions in order of creation. Any key.</summary>
[Alias("engage.ICatalogueGrain")]
public interface ICatalogueGrain : IGrainWithStringKey
{
    [Alias("ListCommunitiesAsync")]
    Task<CataloguePage<Community>> ListCommunitiesAsync(
        CataloguePageRequest request, CancellationToken cancellationToken);

    [Alias("ListCreatorsAsync")]
    Task<CataloguePage<Creator>> ListCreatorsAsync(CataloguePageRequest request, CancellationToken cancellationToken);

    [Alias("ListContentsAsync")]
    Task<CataloguePage<Content>> ListContentsAsync(CataloguePageRequest request, CancellationToken cancellationToken);

    [Alias("ListRoomsAsync")]
    Task<CataloguePage<Room>> ListRoomsAsync(CataloguePageRequest request, CancellationToken cancellationToken);
}

/// <param name="Cursor">Where the page before ended; 0 for the first.</param>
/// <param name="Limit">1 to <see cref="LimitMax"/>.</param>
[GenerateSerializer, Immutable, Alias("engage.catalogue-page-request")]
public sealed record CataloguePageRequest(
    [property: Id(0)] long Cursor,
    [property: Id(1)] int Limit,
    [property: Id(2)] CommunityId? Community = null,
    [property: Id(3)] CreatorId? Creator = null)
{
    public const int LimitMax = 200;
    public const int LimitDefault = 50;
}

/// <param name="Cursor">Null on the last page.</param>
[GenerateSerializer, Immutable, Alias("engage.catalogue-page`1")]
public sealed record CataloguePage<T>([property: Id(0)] T[] Items, [property: Id(1)] long? Cursor);
