namespace Engage.Grains.Durability;

/// <summary>
/// Stores, or leaves. A write that fails, is cancelled or whose answer is lost may be in the database all the same; an
/// activation that does not know what is stored serves nobody. The next one reads it, and has the calls that waited.
/// </summary>
/// <remarks>
/// Not for state that follows from something else and is only stored now and then (a room's, a projection's): that goes
/// on, and an ETag that does not fit any more says that the write came through.
/// </remarks>
internal static class StoreOrLeave
{
    /// <summary>Stores what the state is now.</summary>
    public static Task WriteOrLeaveAsync<T>(this IPersistentState<T> state, IGrainBase grain) =>
        grain.StoreOrLeaveAsync(state.WriteStateAsync);

    /// <summary>Stores another state in place of the one before, which is back if that fails.</summary>
    public static Task ReplaceOrLeaveAsync<T>(this IPersistentState<T> state, T next, IGrainBase grain)
        where T : class => state.PutAsync(next, state.WriteStateAsync, grain);

    /// <summary>Takes back what is stored; the state is that of a grain which never stored any.</summary>
    public static Task ClearOrLeaveAsync<T>(this IPersistentState<T> state, IGrainBase grain)
        where T : class, new() => state.PutAsync(new(), state.ClearStateAsync, grain);

    /// <summary>For what is stored by other means than a grain's state.</summary>
    public static async Task<TResult> StoreOrLeaveAsync<TResult>(this IGrainBase grain, Func<Task<TResult>> store)
    {
        var result = default(TResult)!;
        await grain.StoreOrLeaveAsync(async () => { result = await store(); });
        return result;
    }

    private static async Task StoreOrLeaveAsync(this IGrainBase grain, Func<Task> store)
    {
        try
        {
            await store();
        }
        catch
        {
            grain.DeactivateOnIdle();
            throw;
        }
    }

    private static async Task PutAsync<T>(
        this IPersistentState<T> state, T next, Func<Task> store, IGrainBase grain) where T : class
    {
        var before = state.State;
        state.State = next;
        try
        {
            await grain.StoreOrLeaveAsync(store);
        }
        catch
        {
            // Calls that interleave go on reading until the activation is gone. What one of them has put here since
            // is hers to store.
            if (ReferenceEquals(state.State, next)) state.State = before;
            throw;
        }
    }
}
