using Engage.LoadGen.Peers;

namespace Engage.Bench.Fanout;

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
