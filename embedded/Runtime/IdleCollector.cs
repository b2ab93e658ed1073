namespace Engage.Embedded.Runtime;

/// <summary>Looks over the activations once per quantum and asks those that were idle for their age to leave.</summary>
/// <remarks>Calls only set a flag; reading the clock is left to this walk, and so is its price.</remarks>
internal sealed class IdleCollector(Silo silo) : IDisposable
{
    private ITimer? _timer;

    public void Start() => _timer = Clock.CreateTimer(
        silo.Time, static state => ((IdleCollector)state!).Collect(), this, silo.Collection.CollectionQuantum);

    public void Dispose() => _timer?.Dispose();

    private void Collect()
    {
        var now = silo.Time.GetTimestamp();
        foreach (var grainClass in silo.References.Classes)
        {
            if (grainClass.CollectionAge == Timeout.InfiniteTimeSpan)
                continue;
            foreach (var activation in grainClass.Activations)
                activation.CollectIfIdle(now);
        }
    }
}
