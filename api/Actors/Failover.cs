using Orleans.Storage;

namespace Engage.Api.Actors;

/// <summary>How long the door waits for actors whose silo died.</summary>
internal sealed class FailoverOptions
{
    /// <summary>
    /// After this long no new try begins, and the caller is answered 503. Longer than a cluster takes to notice a dead
    /// silo and to wake its actors elsewhere, shorter than people and clients wait. Default 8 s.
    /// </summary>
    public TimeSpan Patience { get; set; } = TimeSpan.FromSeconds(8);

    /// <summary>Pause before the second try; doubled for each further one, up to a second. Default 100 ms.</summary>
    public TimeSpan FirstPause { get; set; } = TimeSpan.FromMilliseconds(100);
}

/// <summary>
/// While a silo dies, calls to its actors fail until the cluster has noticed; then the same actors answer on another
/// silo. What may be done twice - questions, and facts that carry their own id - is asked again until then, so that
/// the people outside see a slow answer and not an error. What may not be done twice must not come here.
/// </summary>
internal sealed class Failover(FailoverOptions options, TimeProvider time)
{
    private static readonly TimeSpan PauseMax = TimeSpan.FromSeconds(1);

    /// <param name="call">Harmless to repeat, also when the outcome of the first try is unknown.</param>
    public async Task<T> RunAsync<T>(Func<Task<T>> call, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        for (var pause = options.FirstPause; ; pause = Min(pause * 2, PauseMax))
        {
            try
            {
                return await call();
            }
            catch (Exception exception) when (
                IsTransient(exception) && time.GetElapsedTime(started) + pause < options.Patience)
            {
                await Task.Delay(pause, time, cancellationToken);
            }
        }
    }

    /// <summary>The actor was not reached, its answer was lost, or it was a double that had to go.</summary>
    public static bool IsTransient(Exception exception) =>
        exception is OrleansMessageRejectionException or TimeoutException or InconsistentStateException;

    private static TimeSpan Min(TimeSpan a, TimeSpan b) => a < b ? a : b;
}

/// <summary>Puts <see cref="Failover"/> around handlers whose arguments are bound already.</summary>
internal static class FailoverSetup
{
    public static void AddFailover(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton(
            builder.Configuration.GetSection("Failover").Get<FailoverOptions>() ?? new FailoverOptions());
        builder.Services.AddSingleton<Failover>();
    }

    /// <summary>For paths that may be asked twice: all that read, and creations that carry their id.</summary>
    public static TBuilder SurvivesSilos<TBuilder>(this TBuilder paths) where TBuilder : IEndpointConventionBuilder =>
        paths.AddEndpointFilter(async (context, next) =>
            await context.HttpContext.RequestServices.GetRequiredService<Failover>()
                .RunAsync(() => next(context).AsTask(), context.HttpContext.RequestAborted));
}
