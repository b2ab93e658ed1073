using System.CommandLine;
using Engage.LoadGen.Protocol;
using Engage.LoadGen.Replay;

var root = new RootCommand("Drives Engage over its public protocol and measures what comes back.")
{
    ReplayCommand.Create(),
};
try
{
    // A server of our own is stopped and its folder deleted on the way out, which takes longer than the default two
    // seconds.
    var invocation = new InvocationConfiguration
    {
        EnableDefaultExceptionHandler = false,
        ProcessTerminationTimeout = TimeSpan.FromSeconds(30),
    };
    return await root.Parse(args).InvokeAsync(invocation);
}
catch (Exception e) when (e is RequestException or IOException or InvalidDataException or UnauthorizedAccessException
    or TimeoutException or InvalidOperationException)
{
    await Console.Error.WriteLineAsync($"engage: {e.Message}");
    return 1;
}
catch (OperationCanceledException)
{
    return 130;
}
