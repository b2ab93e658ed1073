using Engage.LoadGen.Load.Conducting;

namespace Engage.LoadGen.Peers;

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
