using System.ComponentModel;
using Engage.Embedded.Runtime;

namespace Engage.Embedded.CodeGeneration;

/// <summary>Something to run on a turn. It is its own queue node, so queueing allocates nothing.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public abstract class WorkItem
{
    private protected WorkItem()
    {
    }

    internal WorkItem? Next { get; set; }
}

/// <summary>What a request may overlap with, and whether its caller waits.</summary>
[Flags]
[EditorBrowsable(EditorBrowsableState.Never)]
public enum CallOptions
{
    None = 0,
    OneWay = 1,
    ReadOnly = 2,
    AlwaysInterleave = 4,
}

/// <summary>Something that takes its turn by the rules of reentrancy: a call, or a tick of a timer.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public abstract class Request : WorkItem
{
    private readonly CallOptions _options;

    private protected Request(CallOptions options) => _options = options;

    /// <summary>Times that it was passed on by an activation that left without serving anything.</summary>
    internal byte BarrenForwards { get; set; }

    /// <summary>True when others must wait while it runs; set by whoever admits it.</summary>
    internal bool Blocks { get; set; }

    /// <summary>Tells the uses of a pooled object apart.</summary>
    internal int Use { get; private protected set; }

    internal bool IsOneWay => (_options & CallOptions.OneWay) != 0;

    internal bool IsReadOnly => (_options & CallOptions.ReadOnly) != 0;

    internal bool AlwaysInterleaves => (_options & CallOptions.AlwaysInterleave) != 0;

    /// <summary>Where it runs; null while it waits.</summary>
    internal IRequestHost? Host { get; private protected set; }

    /// <summary>Of the call chain that it belongs to, if one may reenter; else empty.</summary>
    internal virtual Guid ReentrancyId => Guid.Empty;

    /// <summary>False for a tick: it ends with its activation instead of going to the next one.</summary>
    internal virtual bool OutlivesActivation => true;

    /// <summary>False for a tick that does not keep its activation.</summary>
    internal virtual bool CountsAsUse => true;

    /// <summary>What it is and whose, for messages to people.</summary>
    internal abstract string Describe();

    /// <summary>Runs it; <see cref="IRequestHost.RequestEnded"/> follows, now or on a later turn.</summary>
    internal abstract void Start(IRequestHost host, object target);

    /// <summary>Answers without running it.</summary>
    internal abstract void Reject(Exception exception);
}
