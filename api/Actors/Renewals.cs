namespace Engage.Api.Actors;

/// <summary>
/// Watches expire in the actors, so that those of a dead node vanish; a living node renews its own, again and again.
/// Several at a time, so that one whose actor does not answer is not waited for by all.
/// </summary>
internal static class Renewals
{
    private const int ConcurrencyMax = 32;

    /// <param name="watches">Those there are when a round begins.</param>
    /// <param name="renew">Does not throw: one watch in trouble leaves the others alone.</param>
    /// <param name="period">From the beginning of a round to that of the next.</param>
    /// <param name="time">Measures it.</param>
    /// <param name="stopping">Ends it.</param>
    /// <exception cref="OperationCanceledException">The node stops.</exception>
    public static async Task RunAsync<T>(
        Func<IEnumerable<T>> watches, Func<T, Task> renew, TimeSpan period, TimeProvider time,
        CancellationToken stopping)
    {
        using var timer = new PeriodicTimer(period, time);
        var limits = new ParallelOptions { MaxDegreeOfParallelism = ConcurrencyMax, CancellationToken = stopping };
        while (await timer.WaitForNextTickAsync(stopping))
            await Parallel.ForEachAsync(watches(), limits, async (watch, _) => await renew(watch));
    }
}
