using Engage.Contracts;
using Engage.Contracts.Accounts;
using Engage.Grains.Durability;

namespace Engage.Grains.Accounts;

/// <summary>
/// The list comes before the right and goes after it: whoever has the right is always in the list, also when the
/// process dies in between.
/// </summary>
internal sealed class OperatorsGrain([PersistentState("operators")] IPersistentState<OperatorsState> state)
    : Grain, IOperatorsGrain
{
    public Task<UserId[]> ListAsync() =>
        Task.FromResult<UserId[]>([.. state.State.Users.Select(user => new UserId(user))]);

    public async Task<bool> AddAsync(UserId user)
    {
        var account = GrainFactory.GetGrain<IAccountGrain>(user.Value);
        if (!await account.ExistsAsync()) return false;

        if (!state.State.Users.Contains(user.Value)) await StoreAsync([.. state.State.Users, user.Value]);
        return await account.SetOperatorAsync(true);
    }

    public async Task<bool> RemoveAsync(UserId user, bool evenLast)
    {
        var others = state.State.Users.Where(other => other != user.Value).ToArray();
        if (others.Length == state.State.Users.Length) return true;
        if (others.Length == 0 && !evenLast) return false;

        await GrainFactory.GetGrain<IAccountGrain>(user.Value).SetOperatorAsync(false);
        await StoreAsync(others);
        return true;
    }

    private Task StoreAsync(string[] users) => state.ReplaceOrLeaveAsync(new() { Users = users }, this);
}

/// <summary>What the operators' grain stores.</summary>
public sealed class OperatorsState
{
    public string[] Users { get; set; } = [];
}
