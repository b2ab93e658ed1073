using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;

namespace Engage.Storage.Sqlite;

/// <summary>Keeps something in memory that must agree with the tables. Called by the writer's thread.</summary>
internal interface IWritePartner
{
    /// <summary>Looks again: at once, and after every failure.</summary>
    void Reload(SqliteSession session);

    /// <summary>Writes what it gathered, before the commit.</summary>
    void Flush(SqliteSession session);

    /// <summary>What it wrote is durable.</summary>
    void Publish();
}

/// <summary>
/// The writer's connection and what must agree with it: those who keep something in memory about the tables (heads,
/// keys) join, and are told to look again whenever a transaction did not end as planned. Used by the writer's thread
/// only.
/// </summary>
internal sealed partial class SqliteWriteSession(string file, ILogger logger) : IDisposable
{
    private readonly List<IWritePartner> _partners = [];
    private SqliteSession? _session = SqliteSession.OpenWriter(file);
    private bool _recovering;

    public string File => file;

    /// <summary>Only before the writer starts.</summary>
    public void Join(IWritePartner partner)
    {
        partner.Reload(Healthy());
        _partners.Add(partner);
    }

    /// <summary>Ends the transaction; what it wrote is durable.</summary>
    public void Commit(SqliteSession session)
    {
        foreach (var partner in _partners) partner.Flush(session);
        session.Commit();
        foreach (var partner in _partners) partner.Publish();
    }

    /// <exception cref="SqliteException">Still not usable; the next group tries again.</exception>
    public SqliteSession Healthy()
    {
        if (_session is { } session && !_recovering) return session;

        _session ??= SqliteSession.OpenWriter(file);
        foreach (var partner in _partners) partner.Reload(_session);
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
