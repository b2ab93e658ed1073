using System.Net;

namespace Engage.LoadGen.Protocol;

/// <summary>How long and how often a request is repeated.</summary>
public sealed record RetryOptions
{
    /// <summary>Upper bound of the first delay; each further one doubles it.</summary>
    public TimeSpan FirstDelay { get; init; } = TimeSpan.FromMilliseconds(50);

    /// <summary>No delay of our own choice is longer. A longer Retry-After is honoured nevertheless.</summary>
    public TimeSpan DelayMax { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>
    /// No attempt starts later than this after the first one: long enough for a server to be restarted, short enough
    /// that a server that never comes back is reported.
    /// </summary>
    public TimeSpan GiveUpAfter { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>
    /// How often 500 is retried: unlike 502, 503 and 504 it is a defect of the server, which rarely mends by waiting.
    /// </summary>
    public int ServerErrorRetriesMax { get; init; } = 2;

    /// <summary>Time one attempt may take.</summary>
    public TimeSpan AttemptTimeout { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>Seed of the jitter.</summary>
    public int Seed { get; init; } = 1;
}

/// <summary>
/// Bounded exponential backoff with full jitter (Brooker, "Exponential Backoff and Jitter", 2015). Pure but for its
/// seeded generator: it is told how much time has passed and says how long to wait. Safe for concurrent use.
/// </summary>
public sealed class RetryPolicy(RetryOptions options)
{
    private readonly Random _random = new(options.Seed);
    private readonly Lock _lock = new();

    /// <summary>The limits this policy keeps.</summary>
    public RetryOptions Options { get; } = options;

    /// <summary>Whether a request that got this answer may succeed when it is sent again unchanged.</summary>
    public static bool IsTransient(HttpStatusCode status) => status is HttpStatusCode.TooManyRequests
        or HttpStatusCode.RequestTimeout or HttpStatusCode.InternalServerError or HttpStatusCode.BadGateway
        or HttpStatusCode.ServiceUnavailable or HttpStatusCode.GatewayTimeout;

    /// <summary>The wait before the next attempt; null when it is time to give up.</summary>
    /// <param name="failures">Attempts that failed so far, at least 1.</param>
    /// <param name="elapsed">Time since the first attempt began.</param>
    /// <param name="retryAfter">What the server asked for, if it did: never retried sooner.</param>
    public TimeSpan? NextDelay(int failures, TimeSpan elapsed, TimeSpan? retryAfter)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(failures, 1);
        var doublings = Math.Min(failures - 1, 30);
        var bound = Math.Min(Options.FirstDelay.Ticks * Math.Pow(2, doublings), Options.DelayMax.Ticks);
        var delay = TimeSpan.FromTicks((long)(bound * NextShare()));
        if (retryAfter is { } asked && asked > delay)
            delay = asked;
        return elapsed + delay > Options.GiveUpAfter ? null : delay;
    }

    private double NextShare()
    {
        lock (_lock)
            return _random.NextDouble();
    }
}
