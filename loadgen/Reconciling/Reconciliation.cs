using Engage.LoadGen.Protocol;

namespace Engage.LoadGen.Reconciling;

/// <summary>One counter that is not what it must be.</summary>
public sealed record Difference(Actor Actor, string Kind, long Expected, long Actual)
{
    public override string ToString() => $"{Actor.Kind} '{Actor.Id}' {Kind}: expected {Expected}, actual {Actual}";
}

/// <summary>
/// Compares what was acknowledged with what the actors counted. An event is counted by its user, its content, and their
/// creator and community; each of these views is compared by itself, and the worst of them is the result.
/// </summary>
/// <param name="Lost">Acknowledged events that some actor did not count.</param>
/// <param name="Doubled">Events that some actor counted once too often.</param>
/// <param name="Differences">Every counter that differs.</param>
public sealed record Reconciliation(long Lost, long Doubled, IReadOnlyList<Difference> Differences)
{
    private const int ReadsAtOnce = 8;
    private static readonly TimeSpan ProgressPeriod = TimeSpan.FromMilliseconds(100);

    /// <summary>Compares two tallies. A counter that only one of them has is zero in the other.</summary>
    public static Reconciliation Compare(EventTally expected, EventTally actual)
    {
        ArgumentNullException.ThrowIfNull(expected);
        ArgumentNullException.ThrowIfNull(actual);
        var differences = expected.Counts().Keys.Union(actual.Counts().Keys)
            .Select(key => new Difference(
                key.Actor, key.Kind, expected[key.Actor, key.Kind], actual[key.Actor, key.Kind]))
            .Where(difference => difference.Expected != difference.Actual)
            .OrderBy(difference => difference.Actor.Kind)
            .ThenBy(difference => difference.Actor.Id, StringComparer.Ordinal)
            .ToArray();
        var views = differences.GroupBy(difference => difference.Actor.Kind).ToArray();
        return new(
            views.Select(view => view.Sum(d => Math.Max(0, d.Expected - d.Actual))).DefaultIfEmpty().Max(),
            views.Select(view => view.Sum(d => Math.Max(0, d.Actual - d.Expected))).DefaultIfEmpty().Max(),
            differences);
    }

    /// <summary>
    /// Reads the counters of all actors of <paramref name="expected"/> once they are up to date, and compares.
    /// </summary>
    /// <param name="baseline">What these actors had counted before; null for nothing.</param>
    /// <exception cref="TimeoutException">Events are still waiting to be applied after <paramref
    /// name="patience"/>.</exception>
    public static async Task<Reconciliation> ReadAndCompareAsync(
        EngageClient client, EventTally expected, EventTally? baseline, TimeSpan patience, TimeProvider time,
        CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(expected);
        await WaitDrainedAsync(client, patience, time, cancellation);
        var actual = new EventTally();
        await Parallel.ForEachAsync(
            expected.Actors().Union(baseline?.Actors() ?? []),
            new ParallelOptions { MaxDegreeOfParallelism = ReadsAtOnce, CancellationToken = cancellation },
            async (actor, token) => await ReadAsync(client, actor, actual, token));
        foreach (var (key, count) in baseline?.Counts() ?? new Dictionary<(Actor, string), long>())
            actual.Add(key.Actor, key.Kind, -count);
        return Compare(expected, actual);
    }

    /// <summary>Adds <paramref name="actor"/>'s present counters to <paramref name="tally"/>.</summary>
    public static async Task ReadAsync(
        EngageClient client, Actor actor, EventTally tally, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(client);
        ArgumentNullException.ThrowIfNull(tally);
        foreach (var (kind, count) in await client.CountersAsync(actor.Path, cancellation))
            tally.Add(actor, kind, count);
    }

    /// <summary>Returns when every durable event has been applied to every actor.</summary>
    public static async Task WaitDrainedAsync(
        EngageClient client, TimeSpan patience, TimeProvider time, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(client);
        ArgumentNullException.ThrowIfNull(time);
        var began = time.GetTimestamp();
        while (await client.ProgressAsync(cancellation) is { Drained: false } progress)
        {
            if (time.GetElapsedTime(began) > patience)
            {
                var behind = string.Join(", ", progress.Partitions.Where(p => p.Applied < p.Head)
                    .Select(p => $"partition {p.Partition}: head {p.Head}, applied {p.Applied}"));
                throw new TimeoutException($"Events are still not applied after {patience.TotalSeconds} s: {behind}.");
            }

            await Task.Delay(ProgressPeriod, time, cancellation);
        }
    }
}
