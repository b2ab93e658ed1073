namespace Engage.Grains.Creators;

/// <summary>Storing a state that is replaced as a whole.</summary>
internal static class ReplacedState
{
    /// <summary>Stores another state, or goes: an activation that does not know what is stored serves nobody.</summary>
    public static async Task ReplaceAsync<T>(this IPersistentState<T> state, T next, Grain grain)
    {
        var before = state.State;
        state.State = next;
        try
        {
            await state.WriteStateAsync();
        }
        catch
        {
            // Whether it was stored is not known: the next activation reads what is.
            state.State = before;
            grain.DeactivateOnIdle();
            throw;
        }
    }
}
