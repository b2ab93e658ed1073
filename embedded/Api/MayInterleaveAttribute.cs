namespace Orleans.Concurrency;

/// <summary>Lets the class decide, call by call, what may interleave.</summary>
/// <remarks>
/// The named method is public, static or not, and has the shape <c>bool MayInterleave(IInvokable req)</c>. A call that
/// it lets interleave neither waits for others nor keeps them waiting. It is asked on a turn, once when the call
/// arrives and again as long as the call waits; an exception of it is the answer to the call. Ticks of timers are not
/// put to it: <c>GrainTimerCreationOptions.Interleave</c> decides about those.
/// </remarks>
[AttributeUsage(AttributeTargets.Class)]
public sealed class MayInterleaveAttribute(string callbackMethodName) : Attribute
{
    internal string CallbackMethodName { get; } = callbackMethodName;
}
