using Engage.Contracts;
using Engage.Contracts.Creators;
using Engage.Contracts.Rooms;
using Engage.Grains.Durability;

namespace Engage.Grains.Creators;

internal sealed class OwnershipsGrain(
    [PersistentState("ownerships")] IPersistentState<OwnershipsState> state) : Grain, IOwnershipsGrain
{
    private UserId Id => new(this.GetPrimaryKeyString());

    public Task NoteCreatorAsync(CreatorId creator, bool owns) => StoreAsync(
        With(state.State.Creators, creator.Value, owns), state.State.Communities);

    public Task NoteCommunityAsync(CommunityId community, bool owns) => StoreAsync(
        state.State.Creators, With(state.State.Communities, community.Value, owns));

    public async Task<Ownerships> GetAsync()
    {
        var user = Id;
        var creators = await Task.WhenAll(state.State.Creators.Select(async id => (
            Id: id, Owns: await GrainFactory.GetGrain<ICreatorAccessGrain>(id).IsOwnerAsync(user))));
        var communities = await Task.WhenAll(state.State.Communities.Select(async id => (
            Id: id, Standing: await GrainFactory.GetGrain<ICommunityMembersGrain>(id).GetStandingsAsync([user]))));
        return new(
            [.. creators.Where(each => each.Owns).Select(each => new CreatorId(each.Id))],
            [
                .. communities.Where(each => each.Standing[0].Role == CommunityRole.Owner)
                    .Select(each => new CommunityId(each.Id)),
            ]);
    }

    public Task EraseAsync() => state.ClearOrLeaveAsync(this);

    private static string[] With(string[] known, string id, bool owns)
    {
        if (known.Contains(id) == owns || (owns && known.Length >= IOwnershipsGrain.ListMax)) return known;
        return owns ? [.. known, id] : [.. known.Where(each => each != id)];
    }

    private Task StoreAsync(string[] creators, string[] communities) =>
        creators == state.State.Creators && communities == state.State.Communities
            ? Task.CompletedTask
            : state.ReplaceOrLeaveAsync(new() { Creators = creators, Communities = communities }, this);
}

/// <summary>What an ownerships grain stores.</summary>
public sealed class OwnershipsState
{
    public string[] Creators { get; set; } = [];
    public string[] Communities { get; set; } = [];
}
