using System.Globalization;
using Npgsql;

namespace Engage.Postgres;

/// <summary>One database on a server, empty at first; given back at the end.</summary>
public sealed class PostgresDatabaseLease : IDisposable
{
    private readonly bool _isReusable;
    private bool _returned;

    internal PostgresDatabaseLease(PostgresServer server, string name, bool isReusable) =>
        (Server, Name, _isReusable) = (server, name, isReusable);

    public PostgresServer Server { get; }

    public string Name { get; }

    public string ConnectionString => Server.ConnectionString(Name);

    /// <summary>A connection of one's own, outside every pool.</summary>
    public NpgsqlConnection Connect() => Server.Connect(Name);

    public long Query(string sql)
    {
        using var connection = Connect();
        return Query(connection, sql);
    }

    /// <summary>One number.</summary>
    public static long Query(NpgsqlConnection connection, string sql)
    {
        using var command = new NpgsqlCommand(sql, connection);
        return Convert.ToInt64(command.ExecuteScalar(), CultureInfo.InvariantCulture);
    }

    public void Execute(string sql) => Server.Execute(sql, Name);

    public void Dispose()
    {
        if (_returned) return;
        _returned = true;
        if (_isReusable) Server.Return(Name);
    }
}
