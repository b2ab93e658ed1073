using Orleans.Concurrency;

namespace Engage.Contracts.Creators;

/// <summary>
/// Which creators and communities one person owns, to find them by her; the key is her id. Those who decide about
/// owners (<see cref="ICreatorAccessGrain"/>, the community's members) tell it; what it answers it has asked them.
/// </summary>
[Alias("engage.IOwnershipsGrain")]
public interface IOwnershipsGrain : IGrainWithStringKey
{
    /// <summary>She owns it, or does no more; doing it again is harmless.</summary>
    [Alias("NoteCreatorAsync")]
    Task NoteCreatorAsync(CreatorId creator, bool owns);

    [Alias("NoteCommunityAsync")]
    Task NoteCommunityAsync(CommunityId community, bool owns);

    [AlwaysInterleave, Alias("GetAsync")]
    Task<Ownerships> GetAsync();

    /// <summary>Forgets the list. What she owns, she owns still: that is taken from her before.</summary>
    [Alias("EraseAsync")]
    Task EraseAsync();

    /// <summary>More than this many of each kind are not listed.</summary>
    const int ListMax = 1_000;
}

[GenerateSerializer, Immutable, Alias("engage.ownerships")]
public sealed record Ownerships(
    [property: Id(0)] CreatorId[] Creators, [property: Id(1)] CommunityId[] Communities);
