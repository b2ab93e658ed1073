namespace Engage.Bench.Fanout;

/// <summary>
/// The highest rate that holds, by steps of a fixed factor: first coarse ones until one breaks, then fine ones back up
/// from the last that held. A broken step leaves a pile behind, so the room is opened anew after it.
/// </summary>
internal sealed class CapacitySearch(double coarse, double fine, int stepsMax)
{
    /// <param name="guess">Messages a second to begin with.</param>
    /// <param name="tryAsync">Measures one rate.</param>
    /// <returns>The measurement that held; null when not even a message a second did.</returns>
    public async Task<Measurement?> RunAsync(double guess, Func<double, Task<Measurement>> tryAsync)
    {
        var (held, broken, rate) = ((Measurement?)null, double.PositiveInfinity, guess);
        for (var step = 0; step < stepsMax; step++)
        {
            var measured = await tryAsync(rate);
            if (measured.Holds)
                held = measured;
            else
                broken = Math.Min(broken, rate);
            if (Next(held?.Rate, broken) is not { } next)
                break;
            rate = next;
        }

        return held;
    }

    private double? Next(double? held, double broken)
    {
        if (held is not { } floor)
            return broken > 1 ? Math.Max(1, broken / coarse) : null;
        var next = floor * (double.IsPositiveInfinity(broken) ? coarse : fine);
        return next < broken * 0.999 ? next : null;
    }
}
