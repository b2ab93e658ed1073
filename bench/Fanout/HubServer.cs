using Engage.LoadGen.Load.Conducting;

namespace Engage.Bench.Fanout;

/// <summary>A hub that people can be sent into: ours or a peer's, in a process of its own.</summary>
internal interface IHubServer : IAsyncDisposable
{
    /// <summary>A room of its own, and people who may come in.</summary>
    Task<LoadTarget> OpenRoomAsync(int users, CancellationToken cancellation);

    /// <summary>Processor time that it has used so far.</summary>
    TimeSpan ProcessorTime { get; }

    /// <summary>Memory of it that is in RAM.</summary>
    long ResidentBytes { get; }
}

/// <summary>One of those that are measured beside each other.</summary>
/// <param name="Name">As rows name it.</param>
/// <param name="CapacityGuess">Messages a second to begin the search with.</param>
/// <param name="StartAsync">Starts it on a core; null: it cannot be had here.</param>
internal sealed record HubContender(
    string Name, double CapacityGuess, Func<int?, CancellationToken, Task<IHubServer>> StartAsync)
{
    /// <summary>Whether it is measured with few and many people too, which takes its time.</summary>
    public bool IsScaled => Name is FanoutPlan.Ours or FanoutPlan.SignalR;
}
