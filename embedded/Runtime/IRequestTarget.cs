using Engage.Embedded.CodeGeneration;
using Orleans.Runtime;

namespace Engage.Embedded.Runtime;

/// <summary>Where requests of one grain or observer go.</summary>
internal interface IRequestTarget
{
    /// <summary>True when a better target is to be had from the router. Posting still works: it is passed on.</summary>
    bool IsGone { get; }

    void Post(Request request);
}

/// <summary>Finds, or makes, the target of a key.</summary>
internal interface IRequestRouter
{
    IRequestTarget Route(IdSpan key);
}

/// <summary>Who runs requests and is told of their end, on the turn that ended them.</summary>
internal interface IRequestHost
{
    GrainId GrainId { get; }

    void RequestEnded(Request request, Exception? exception);
}

/// <summary>Who keeps activations: the table of a grain class, or the workers of one stateless key.</summary>
internal interface IActivationHome
{
    /// <summary>Removes it, and gives what it leaves waiting to the next one.</summary>
    /// <returns>The next one, held, if it was made for what waits.</returns>
    Activation? Remove(Activation activation, ref RequestList waiting);

    /// <summary>Delivers a request that its activation could not serve any more.</summary>
    void Redeliver(IdSpan key, Request request);

    /// <summary>The activation has nothing under way and nothing waiting.</summary>
    void OnFree(Activation activation);
}
