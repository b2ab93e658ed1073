using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;

namespace Engage.Storage.Sqlite;

/// <summary>
/// The writer's connection and what must agree with it: those who keep something in memory about the tables (heads,
/// keys) register and are told to look again whenever a transaction did not end as planned; what they gathered during
/// one they write before its commit. Used by the writer's thread only.
/// </summary>
internal sealed partial class SqliteWriteSession(string file, ILogger logger) : IDisposable
{
    private readonly List<(Action<SqliteSession> Reload, Action<SqliteSession> Flush)> _partners = [];
    private SqliteSession? _session = SqliteSession.OpenWriter(file);
    private bool _recovering;

    public string File => file;

    /// <summary>Only before the writer starts.</summary>
    /// <param name="reload">Runs at once and after every failure.</param>
    /// <param name="flush">Runs before every commit.</param>
    public void Join(Action<SqliteSession> reload, Action<SqliteSession> flush)
    {
        reload(Healthy());
        _partners.Add((reload, flush));
    }

    public void Commit(SqliteSession session)
    {
        foreach (var (_, flush) in _partners) flush(session);
        session.Commit();
    }

    /// <exception cref="SqliteException">Still not usable; the next group tries again.</exception>
    public SqliteSession Healthy()
    {
        if (_session is { } session && !_recovering) return session;

        _session ??= SqliteSession.OpenWriter(file);
        foreach (var (reload, _) in _partners) reload(_session);
        _recovering = false;
        LogRecovered(file);
        return _session;
    }

    /// <summary>
    /// Takes back what was not committed. If even that fails, the connection is thrown away. Memory is brought in line
    /// by the next <see cref="Healthy"/>, when the disk may be back.
    /// </summary>
    public void Recover()
    {
        _recovering = true;
        try
        {
            _session?.RollBack();
        }
        catch (SqliteException error)
        {
            LogReopening(error, file);
            _session?.Dispose();
            _session = null;
        }
    }

    public void Dispose() => _session?.Dispose();

    [LoggerMessage(Level = LogLevel.Information, Message = "Writing to {File} goes on after a failure")]
    private partial void LogRecovered(string file);

    [LoggerMessage(
        Level = LogLevel.Error,
        Message = "A transaction on {File} could not be rolled back; the connection is opened anew")]
    private partial void LogReopening(Exception error, string file);
}
