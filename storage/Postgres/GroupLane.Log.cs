using Microsoft.Extensions.Logging;

namespace Engage.Storage.Postgres;

internal sealed partial class GroupLane<TWrite>
{
    [LoggerMessage(
        Level = LogLevel.Error,
        Message = "{Requests} writes failed together on {Server}; none was acknowledged")]
    private partial void LogGroupFailed(Exception error, int requests, string server);

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "{Requests} writes did not get through to {Server} ({Reason}); trying again")]
    private partial void LogRetrying(int requests, string server, string reason);

    [LoggerMessage(
        Level = LogLevel.Information,
        Message = "Writing to {Server} goes on after {Attempts} failed attempts")]
    private partial void LogRecovered(string server, int attempts);

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "A value in a group of {Requests} writes was refused; they are written one by one")]
    private partial void LogOneByOne(Exception error, int requests);

    [LoggerMessage(
        Level = LogLevel.Error,
        Message = "A write ({Request}) failed by itself; its group goes on without it")]
    private partial void LogRequestFailed(Exception error, string request);
}
