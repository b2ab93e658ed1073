using System.Globalization;
using Npgsql;

namespace Engage.Postgres;

/// <summary>One database on a server, dropped at the end.</summary>
public sealed class PostgresDatabaseLease : IDisposable
{
    internal PostgresDatabaseLease(PostgresServer server, string name) => (Server, Name) = (server, name);

    public PostgresServer Server { get; }

    public string Name { get; }

    public string ConnectionString => Server.ConnectionString(Name);

    /// <summary>A connection of one's own, outside every pool.</summary>
    public NpgsqlConnection Connect() => Server.Connect(Name);

    public long Query(string sql)
    {
        using var connection = Connect();
        using var command = new NpgsqlCommand(sql, connection);
        return Convert.ToInt64(command.ExecuteScalar(), CultureInfo.InvariantCulture);
    }

    public void Execute(string sql) => Server.Execute(sql, Name);

    /// <summary>Copies it as it is now; nobody may be connected to it.</summary>
    public PostgresDatabaseLease Copy()
    {
        var copy = Server.CreateDatabase();
        copy.Drop();
        Server.Execute($"CREATE DATABASE {copy.Name} TEMPLATE {Name}");
        return copy;
    }

    public void Dispose()
    {
        if (Server.IsRunning) Drop();
    }

    private void Drop() => Server.Execute($"DROP DATABASE IF EXISTS {Name} WITH (FORCE)");
}
