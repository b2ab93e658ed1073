namespace Engage.Embedded.Tests.Grains;

public interface IVisitGrain : IGrainWithStringKey
{
    /// <summary>
    /// Calls the first grain of the path with the rest of it. The gate is reached when the last call is sent.
    /// </summary>
    Task Visit(string[] path, Gate sent);

    /// <summary>Waits at the first gate before it does so.</summary>
    Task VisitAfter(Gate gate, string[] path, Gate sent);

    /// <summary>Lets a timer do it.</summary>
    Task VisitByTimer(string[] path, Gate sent);

    /// <summary>Calls and does not wait for the answer.</summary>
    Task VisitWithoutWaiting(string[] path, Gate sent, Gate hold);
}

public class VisitGrain : Grain, IVisitGrain
{
    public async Task Visit(string[] path, Gate sent)
    {
        ArgumentNullException.ThrowIfNull(path);
        ArgumentNullException.ThrowIfNull(sent);
        if (path is [])
            return;
        var answer = GrainFactory.GetGrain<IVisitGrain>(path[0], ClassOf(path[0])).Visit(path[1..], sent);
        if (path.Length == 1)
            _ = sent.Pass();
        await answer;
    }

    public async Task VisitAfter(Gate gate, string[] path, Gate sent)
    {
        ArgumentNullException.ThrowIfNull(gate);
        await gate.Pass();
        await Visit(path, sent);
    }

    public Task VisitByTimer(string[] path, Gate sent)
    {
        this.RegisterGrainTimer(_ => Visit(path, sent), TimeSpan.Zero, Timeout.InfiniteTimeSpan);
        return Task.CompletedTask;
    }

    public async Task VisitWithoutWaiting(string[] path, Gate sent, Gate hold)
    {
        ArgumentNullException.ThrowIfNull(hold);
        var unawaited = Visit(path, sent);
        await hold.Pass();
        _ = unawaited;
    }

    /// <summary>
    /// Keys that begin with "re" are reentrant, with "pool" stateless, with "eager" call when activated.
    /// </summary>
    public static string ClassOf(string key)
    {
        ArgumentNullException.ThrowIfNull(key);
        return key switch
        {
            ['r', 'e', ..] => typeof(ReentrantVisitGrain).FullName!,
            ['p', 'o', 'o', 'l', ..] => typeof(PooledVisitGrain).FullName!,
            ['e', 'a', 'g', 'e', 'r', ..] => typeof(EagerVisitGrain).FullName!,
            _ => typeof(VisitGrain).FullName!,
        };
    }
}

[Reentrant]
public sealed class ReentrantVisitGrain : VisitGrain;

[StatelessWorker(2)]
public sealed class PooledVisitGrain : VisitGrain;

/// <summary>Calls a grain that calls it back, before it is activated.</summary>
public sealed class EagerVisitGrain : VisitGrain
{
    public static Gate Sent { get; } = new();

    public override Task OnActivateAsync(CancellationToken cancellationToken) =>
        GrainFactory.GetGrain<IVisitGrain>("friend", ClassOf("friend")).Visit([this.GetPrimaryKeyString()], Sent);
}
