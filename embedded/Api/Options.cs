namespace Orleans.Configuration;

/// <summary>When idle activations go, and how long coming and going may take.</summary>
public class GrainCollectionOptions
{
    public static readonly TimeSpan DEFAULT_COLLECTION_QUANTUM = TimeSpan.FromMinutes(1);
    public static readonly TimeSpan DEFAULT_ACTIVATION_TIMEOUT = TimeSpan.FromSeconds(30);
    public static readonly TimeSpan DEFAULT_DEACTIVATION_TIMEOUT = TimeSpan.FromSeconds(30);

    /// <summary>
    /// Time between two looks for idle activations. An activation may stay that much longer than its age.
    /// </summary>
    public TimeSpan CollectionQuantum { get; set; } = DEFAULT_COLLECTION_QUANTUM;

    /// <summary>How long an activation may be idle, unless its class says otherwise.</summary>
    public TimeSpan CollectionAge { get; set; } = TimeSpan.FromMinutes(15);

    /// <summary>Ages by full name of the grain class; before attributes.</summary>
    public Dictionary<string, TimeSpan> ClassSpecificCollectionAge { get; set; } = [];

    /// <summary>Loading state and <c>OnActivateAsync</c> are cancelled after this time.</summary>
    public TimeSpan ActivationTimeout { get; set; } = DEFAULT_ACTIVATION_TIMEOUT;

    /// <summary>
    /// Unfinished requests and <c>OnDeactivateAsync</c> together have this long; then the activation is dropped as it
    /// is.
    /// </summary>
    public TimeSpan DeactivationTimeout { get; set; } = DEFAULT_DEACTIVATION_TIMEOUT;
}

/// <summary>How turns are watched.</summary>
public class SchedulingOptions
{
    public static readonly TimeSpan DEFAULT_TURN_WARNING_THRESHOLD = TimeSpan.FromSeconds(1);

    /// <summary>
    /// A turn that holds its thread longer is logged with its grain and method, while it runs and when it ends. Zero or
    /// less: none is.
    /// </summary>
    public TimeSpan TurnWarningLengthThreshold { get; set; } = DEFAULT_TURN_WARNING_THRESHOLD;
}

/// <summary>What holds for every call.</summary>
public abstract class MessagingOptions
{
    /// <summary>
    /// A caller gets a <see cref="TimeoutException"/> after this time, or up to two seconds later: calls are looked
    /// over in periods of an eighth of it, at most one second. The outcome of the call is then unknown.
    /// </summary>
    public TimeSpan ResponseTimeout { get; set; } = TimeSpan.FromSeconds(30);
}

/// <summary>What holds for calls to grains.</summary>
public class SiloMessagingOptions : MessagingOptions
{
    /// <summary>
    /// Orleans' default is no limit; here every queue is bounded, so that overload is an answer and not a heap.
    /// </summary>
    internal const int DEFAULT_MAX_ENQUEUED_REQUESTS_HARD_LIMIT = 10_000;

    /// <summary>
    /// A request may be passed on so often by activations that came and went without serving anything; then it is
    /// answered by <see cref="Orleans.Runtime.OrleansMessageRejectionException"/>. Passing on by an activation that
    /// served others is not counted: leaving after work is ordinary.
    /// </summary>
    public int MaxForwardCount { get; set; } = 2;

    /// <summary>
    /// Requests that may wait for one activation; one more is answered by
    /// <see cref="Orleans.Runtime.LimitExceededException"/>. A one-way call is dropped instead, as in Orleans: its
    /// sender learns nothing; it is logged and counted (<c>engage.embedded.oneway.dropped</c>). Zero means no limit.
    /// </summary>
    public int MaxEnqueuedRequestsHardLimit { get; set; } = DEFAULT_MAX_ENQUEUED_REQUESTS_HARD_LIMIT;
}
