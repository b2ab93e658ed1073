using Microsoft.Extensions.Logging;

namespace Engage.Storage.Sqlite;

internal sealed partial class GroupCommitWriter
{
    [LoggerMessage(
        Level = LogLevel.Error,
        Message = "{Requests} writes failed together on {File}; none was acknowledged")]
    private partial void LogGroupFailed(Exception error, int requests, string file);

    [LoggerMessage(
        Level = LogLevel.Error,
        Message = "A write ({Request}) failed by itself; its group goes on without it")]
    private partial void LogRequestFailed(Exception error, string request);
}
