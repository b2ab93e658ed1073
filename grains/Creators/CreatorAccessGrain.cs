using Engage.Contracts;
using Engage.Contracts.Creators;
using Engage.Grains.Durability;

namespace Engage.Grains.Creators;

internal sealed class CreatorAccessGrain(
    [PersistentState("creatorAccess")] IPersistentState<CreatorAccessState> state) : Grain, ICreatorAccessGrain
{
    public async Task<bool> GrantAsync(UserId user)
    {
        var owners = state.State.Owners;
        if (!owners.Contains(user.Value))
        {
            if (owners.Length >= ICreatorAccessGrain.OwnersMax) return false;
            await StoreAsync([.. owners, user.Value]);
        }
        // Also when it was stored before: whoever grants again does so because an answer was lost.
        await NoteAsync(user, owns: true);
        return true;
    }

    public async Task RevokeAsync(UserId user)
    {
        var owners = state.State.Owners;
        if (owners.Contains(user.Value)) await StoreAsync([.. owners.Where(owner => owner != user.Value)]);
        await NoteAsync(user, owns: false);
    }

    public Task<bool> IsOwnerAsync(UserId user) => Task.FromResult(state.State.Owners.Contains(user.Value));

    private Task NoteAsync(UserId user, bool owns) => GrainFactory.GetGrain<IOwnershipsGrain>(user.Value)
        .NoteCreatorAsync(new(this.GetPrimaryKeyString()), owns);

    private Task StoreAsync(string[] owners) => state.ReplaceOrLeaveAsync(new() { Owners = owners }, this);
}

/// <summary>What a creator's access grain stores.</summary>
public sealed class CreatorAccessState
{
    public string[] Owners { get; set; } = [];
}
