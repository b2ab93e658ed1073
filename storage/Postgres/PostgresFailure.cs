using System.Net.Sockets;
using Npgsql;

namespace Engage.Storage.Postgres;

/// <summary>What a failure says about what to do next.</summary>
internal enum FailureKind
{
    /// <summary>The connection or the server went away; whether the group was committed is unknown.</summary>
    Lost,

    /// <summary>The server took the group back (a deadlock, a time-out); the same may work at once.</summary>
    RolledBack,

    /// <summary>One of the requests is at fault: the others would go through without it.</summary>
    Data,

    /// <summary>The database refuses everybody: full, read-only, no permission, damaged.</summary>
    Database,
}

/// <summary>Tells failures of the server, which concern everybody, from those of one request, and puts them into
/// words.</summary>
internal static class PostgresFailure
{
    /// <summary>Whether the error comes from the way to the server, and not from our own code.</summary>
    public static bool Is(Exception error) => error is NpgsqlException or SocketException or TimeoutException
        or (IOException and not StorageException);

    public static FailureKind Classify(Exception error) => error switch
    {
        PostgresException { SqlState: "40001" or "40P01" or "55P03" or "57014" } => FailureKind.RolledBack,
        PostgresException { SqlState: "57P01" or "57P02" or "57P03" or "57P05" or "53300" or "25P03" }
            => FailureKind.Lost,
        PostgresException { SqlState: ['0', '8', ..] } => FailureKind.Lost,
        PostgresException { SqlState: ['2', '2' or '3', ..] or ['5', '4', ..] } => FailureKind.Data,
        PostgresException => FailureKind.Database,
        // Npgsql itself could not write a value.
        ArgumentException or InvalidCastException => FailureKind.Data,
        _ => Is(error) ? FailureKind.Lost : FailureKind.Database,
    };

    /// <summary>What the server or the driver said, without hints about its settings.</summary>
    public static string Text(Exception error) =>
        error is PostgresException refused ? $"{refused.SqlState}: {refused.MessageText}" : error.Message;

    /// <param name="server">Host, port and database, without credentials.</param>
    /// <param name="unknown">The connection broke after the write was sent: it may have been stored.</param>
    public static StorageException Describe(Exception error, string server, bool unknown)
    {
        if (error is StorageException described) return described;
        var (what, wayOut) = error is PostgresException refused
            ? Refused(refused)
            : Is(error)
                ? ("it cannot be reached, or the connection broke",
                    "check that the server runs and is reachable; service resumes by itself")
                : ("a write could not be put into its protocol", "see the inner error");
        var fate = unknown
            ? "Whether the write was stored is unknown: send events again with the same ids, and read a state again "
                + "before writing it"
            : "Nothing was stored; sending it again is harmless";
        return new StorageException(
            $"The database {server} failed: {what} ({Text(error)}). {fate}. Way out: {wayOut}.", error);
    }

    private static (string What, string WayOut) Refused(PostgresException error) => error.SqlState switch
    {
        "53100" => ("the server's disk is full", "free space on its volume; writing resumes by itself"),
        "58030" => ("the server's disk reported an error", "check the volume and the server's log"),
        "53200" => ("the server is out of memory", "see the server's log; writing resumes by itself"),
        "53300" => ("the server takes no more connections",
            "raise max_connections, or end some; writing resumes by itself"),
        "25006" => ("it is read-only", "connect to the primary server; a standby takes no writes"),
        "42501" => ("the role lacks a permission", "let the role own the schema, or grant what is missing"),
        "28P01" or "28000" => ("the server did not let the role in", "check user and password"),
        "3D000" => ("there is no such database", "create it, or correct the name"),
        "57P03" => ("the server is starting up or recovering", "wait; service resumes by itself"),
        ['5', '7', 'P', ..] => ("the server ended the connection", "start it again; service resumes by itself"),
        "XX001" or "XX002" => ("it is damaged", "stop, keep a copy, and restore the last backup"),
        "42P01" or "42883" or "42703" => ("a table or function is missing",
            "connect with the role and schema that the tables were created with"),
        ['2', '2' or '3', ..] => ("it refused a value", "see the inner error"),
        _ => ("it refused", "see the inner error and the server's log"),
    };
}
