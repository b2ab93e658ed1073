using Engage.Contracts;
using Engage.Contracts.Accounts;
using Engage.Grains.Durability;

namespace Engage.Grains.Accounts;

internal sealed class SignInGrain([PersistentState("signIn")] IPersistentState<SignInState> state)
    : Grain, ISignInGrain
{
    private UserId? Owner => state.State.User is { } user ? new(user) : null;

    public async Task<UserId?> RegisterAsync(UserId fresh, Registration registration)
    {
        if (Owner is { } owner && await AccountOf(owner).ExistsAsync()) return null;

        // One whose account was never made is taken over, with its id: perhaps that account is being made right now.
        var user = Owner ?? fresh;
        if (Owner is null) await StoreAsync(user.Value);
        return await AccountOf(user).CreateAsync(registration) ? user : null;
    }

    public Task<UserId?> FindAsync()
    {
        // Names that nobody has are asked for, too; they need no memory.
        if (Owner is null) DeactivateOnIdle();
        return Task.FromResult(Owner);
    }

    public async Task<bool> ClaimAsync(UserId user)
    {
        if (Owner == user) return true;
        if (Owner is { } owner && await AccountOf(owner).ExistsAsync()) return false;

        await StoreAsync(user.Value);
        return true;
    }

    public Task ReleaseAsync(UserId user) => Owner == user ? StoreAsync(null) : Task.CompletedTask;

    private IAccountGrain AccountOf(UserId user) => GrainFactory.GetGrain<IAccountGrain>(user.Value);

    private Task StoreAsync(string? user) => user is null
        ? state.ClearOrLeaveAsync(this)
        : state.ReplaceOrLeaveAsync(new() { User = user }, this);
}

/// <summary>What a sign-in grain stores.</summary>
public sealed class SignInState
{
    /// <summary>Whose name it is.</summary>
    public string? User { get; set; }
}
