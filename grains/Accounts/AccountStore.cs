using Engage.Contracts.Accounts;
using Engage.Grains.Durability;

namespace Engage.Grains.Accounts;

/// <summary>Writes an account, and then says which of its sessions are over.</summary>
/// <param name="account">Leaves when what it knows may not be what is stored or said.</param>
internal sealed class AccountStore(
    IPersistentState<AccountState> state, IGrainFactory grains, IGrainBase account, TimeProvider time)
{
    public Task WriteAsync() => state.WriteOrLeaveAsync(account);

    public async Task WriteAndAnnounceAsync()
    {
        await WriteAsync();
        try
        {
            await AnnounceAsync();
        }
        catch
        {
            // The next activation announces it, whoever asks for the account then.
            account.DeactivateOnIdle();
            throw;
        }
    }

    /// <summary>Those that were announced before are announced again, which is harmless; they go with time.</summary>
    public async Task AnnounceAsync()
    {
        var now = time.GetUtcNow();
        var ended = state.State.Ended.Where(session => session.Until > now).ToArray();
        if (ended.Length > 0)
            await grains.GetGrain<IRevocationsGrain>(IRevocationsGrain.Key).RevokeAsync(ended);
    }
}
