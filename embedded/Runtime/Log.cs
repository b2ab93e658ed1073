using Microsoft.Extensions.Logging;
using Orleans.Runtime;

namespace Engage.Embedded.Runtime;

internal static partial class Log
{
    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "A one-way call to {GrainId} failed; its caller does not learn it.")]
    public static partial void OneWayCallFailed(ILogger logger, Exception exception, GrainId grainId);

    [LoggerMessage(
        Level = LogLevel.Error,
        Message = "The [MayInterleave] predicate of {GrainId} failed on {Method}; the call gets its exception.")]
    public static partial void InterleavingRuleFailed(
        ILogger logger, Exception exception, GrainId grainId, string method);

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "Deadlock: {Call} waits for itself: {Cycle}. Call chain: {Chain}. It ends by time-out, unless a call "
            + "of the cycle is not awaited; RequestContext.AllowCallChainReentrancy would let it pass.")]
    public static partial void Deadlock(ILogger logger, string call, string cycle, string chain);

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "A turn of {GrainId} holds its thread for {Length} now, longer than {Threshold}, and still runs: "
            + "{Work}. Code on a turn must not block; await instead, or use Task.Run for long computations.")]
    public static partial void SlowTurnRuns(
        ILogger logger, GrainId grainId, string work, TimeSpan length, TimeSpan threshold);

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "The slow turn of {GrainId} has ended: {Work}. It held its thread for at least {Length}.")]
    public static partial void SlowTurnEnded(ILogger logger, GrainId grainId, string work, TimeSpan length);

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "{Dropped} one-way calls were not delivered, the last of them {Call}: {Reason}")]
    public static partial void OneWayCallsDropped(ILogger logger, long dropped, string call, string reason);

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "{GrainId} could not be activated; the calls that waited get the reason.")]
    public static partial void ActivationFailed(ILogger logger, Exception exception, GrainId grainId);

    [LoggerMessage(
        Level = LogLevel.Error,
        Message = "OnDeactivateAsync of {GrainId} failed or took too long; it is gone all the same.")]
    public static partial void DeactivationFailed(ILogger logger, Exception exception, GrainId grainId);

    [LoggerMessage(Level = LogLevel.Error, Message = "Disposing {GrainId} failed; it is gone all the same.")]
    public static partial void DisposalFailed(ILogger logger, Exception exception, GrainId grainId);

    [LoggerMessage(Level = LogLevel.Error, Message = "A tick of a timer of {GrainId} failed; the timer goes on.")]
    public static partial void TickFailed(ILogger logger, Exception exception, GrainId grainId);

    [LoggerMessage(Level = LogLevel.Error, Message = "A callback on the token of a timer of {GrainId} failed.")]
    public static partial void TimerCancellationFailed(ILogger logger, Exception exception, GrainId grainId);

    [LoggerMessage(
        Level = LogLevel.Error,
        Message = "The silo was not empty when its time to stop was over: {Activations} activations dropped.")]
    public static partial void ShutdownIncomplete(ILogger logger, int activations);

    [LoggerMessage(
        Level = LogLevel.Critical,
        Message = "The runtime failed on a turn of {GrainId}; a call may be lost.")]
    public static partial void TurnBroken(ILogger logger, Exception exception, GrainId grainId);

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "Requests still run after {Patience}; the silo stops regardless.")]
    public static partial void DrainIncomplete(ILogger logger, TimeSpan patience);

    [LoggerMessage(Level = LogLevel.Information, Message = "The embedded silo runs {Classes} grain classes.")]
    public static partial void Started(ILogger logger, int classes);

    [LoggerMessage(Level = LogLevel.Information, Message = "The embedded silo has stopped.")]
    public static partial void Stopped(ILogger logger);
}
