namespace Engage.LoadGen.Load.Conducting;

/// <summary>
/// Finds how much a platform holds: doubles until a run breaks a threshold, or halves until one holds, then halves the
/// interval until it is narrow.
/// </summary>
internal sealed class LimitSearch(Func<double, Task<LoadReport>> runAsync)
{
    /// <summary>Between what holds and what breaks; closer than that, runs differ by chance.</summary>
    private const double Narrow = 1.1;

    private const int RunsMax = 16;

    /// <param name="start">What to begin with, 1 or more.</param>
    /// <returns>The highest run that held, else the last that broke; with the limit.</returns>
    public async Task<LoadReport> FindAsync(string what, double start)
    {
        var (holds, breaks, at) = ((double?)null, (double?)null, Math.Round(start));
        (LoadReport? Held, LoadReport? Broken) report = default;
        for (var run = 0; run < RunsMax; run++)
        {
            var result = await runAsync(at);
            if (result.Bottleneck is not null)
            {
                // What lies beyond is not the platform's limit but ours.
                report.Held ??= result;
                break;
            }

            if (result.Holds)
                (holds, report.Held) = (at, result);
            else
                (breaks, report.Broken) = (at, result);
            if (Next(holds, breaks) is not { } next)
                break;
            at = next;
        }

        return (report.Held ?? report.Broken!) with { Limit = new(what, holds, breaks) };
    }

    private static double? Next(double? holds, double? breaks) => (holds, breaks) switch
    {
        ({ } low, null) => low * 2,
        (null, { } high) => high > 1 ? Math.Max(1, Math.Round(high / 2)) : null,
        ({ } low, { } high) when high / low > Narrow && high - low > 1 => Math.Round((low + high) / 2),
        _ => null,
    };
}
