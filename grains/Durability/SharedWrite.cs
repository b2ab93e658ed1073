namespace Engage.Grains.Durability;

/// <summary>
/// The writes of a grain whose calls interleave: one after another, and all who ask while one is under way share the
/// next. A crowd costs one write after another, and not one each. Used on its grain's turns alone.
/// </summary>
/// <param name="write">Stores what the grain has when it is called; never called twice at the same time.</param>
internal sealed class SharedWrite(Func<Task> write)
{
    private Task _running = Task.CompletedTask;
    private Task? _next;

    /// <summary>The last write that was asked for: what the grain has now is stored when it is done.</summary>
    public Task Last => _next ?? _running;

    /// <summary>Stores what the grain has now, perhaps with what others add before it begins.</summary>
    public Task StoreAsync() => _next ??= WriteAfterAsync(_running);

    private async Task WriteAfterAsync(Task running)
    {
        // The one before may fail; that is its callers' business. Yields, so that it is registered before it begins.
        await running.ConfigureAwait(
            ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ForceYielding
            | ConfigureAwaitOptions.ContinueOnCapturedContext);
        (_running, _next) = (_next!, null);
        await write();
    }
}
