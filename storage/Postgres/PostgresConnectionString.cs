using System.Data.Common;
using System.Globalization;
using Npgsql;

namespace Engage.Storage.Postgres;

/// <summary>
/// Reads what an operator wrote, Npgsql's keywords or a URL as most tools take it. No text that leaves here carries the
/// password.
/// </summary>
internal static class PostgresConnectionString
{
    /// <exception cref="ArgumentException">The text cannot be read; says which part, never the password.</exception>
    public static NpgsqlConnectionStringBuilder Parse(string? text)
    {
        if (string.IsNullOrWhiteSpace(text))
            throw new ArgumentException(
                $"Storage option {nameof(StorageOptions.ConnectionString)} is missing; PostgreSQL needs one, e.g. "
                + "postgres://user:password@host:5432/database.");

        var builder = IsUrl(text) ? FromUrl(text) : FromKeywords(text);
        if (string.IsNullOrEmpty(builder.Host))
            throw new ArgumentException("The PostgreSQL connection string names no host.");
        return builder;
    }

    /// <summary>Whether the operator said it. (The builder's own answer is whether there is such a keyword.)</summary>
    public static bool IsGiven(NpgsqlConnectionStringBuilder builder, string keyword) =>
        new DbConnectionStringBuilder { ConnectionString = builder.ConnectionString }.ContainsKey(keyword);

    /// <summary>Where it leads, for people: host, port and database.</summary>
    public static string Describe(NpgsqlConnectionStringBuilder builder) => string.Create(
        CultureInfo.InvariantCulture, $"'{builder.Database ?? builder.Username}' on {builder.Host}:{builder.Port}");

    private static bool IsUrl(string text) =>
        text.StartsWith("postgres://", StringComparison.OrdinalIgnoreCase)
        || text.StartsWith("postgresql://", StringComparison.OrdinalIgnoreCase);

    private static NpgsqlConnectionStringBuilder FromKeywords(string text)
    {
        try
        {
            return new NpgsqlConnectionStringBuilder(text);
        }
        catch (Exception error) when (error is ArgumentException or FormatException or InvalidCastException)
        {
            // Npgsql's own text may quote the value, and so the password: neither it nor the error is passed on.
            throw new ArgumentException(
                "The PostgreSQL connection string has a keyword or value that Npgsql does not know. Expected "
                + "Host=...;Port=...;Username=...;Password=...;Database=... or a postgres:// URL.");
        }
    }

    private static NpgsqlConnectionStringBuilder FromUrl(string text)
    {
        if (!Uri.TryCreate(text, UriKind.Absolute, out var url))
            throw new ArgumentException(
                "The PostgreSQL URL cannot be read. Expected postgres://user:password@host:5432/database; "
                + "percent-encode what is special in user and password (@ is %40, / is %2F, : is %3A).");

        var builder = new NpgsqlConnectionStringBuilder { Host = Uri.UnescapeDataString(url.Host).Trim('[', ']') };
        if (url.Port > 0) builder.Port = url.Port;
        var database = Uri.UnescapeDataString(url.AbsolutePath.TrimStart('/'));
        if (database.Length > 0) builder.Database = database;

        var colon = url.UserInfo.IndexOf(':', StringComparison.Ordinal);
        var user = Uri.UnescapeDataString(colon < 0 ? url.UserInfo : url.UserInfo[..colon]);
        if (user.Length > 0) builder.Username = user;
        if (colon >= 0) builder.Password = Uri.UnescapeDataString(url.UserInfo[(colon + 1)..]);

        foreach (var pair in url.Query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries))
            AddParameter(builder, pair);
        return builder;
    }

    private static void AddParameter(NpgsqlConnectionStringBuilder builder, string pair)
    {
        var equals = pair.IndexOf('=', StringComparison.Ordinal);
        var name = Uri.UnescapeDataString(equals < 0 ? pair : pair[..equals]);
        var value = equals < 0 ? "" : Uri.UnescapeDataString(pair[(equals + 1)..].Replace('+', ' '));
        try
        {
            builder[Keyword(name)] = Value(name, value);
        }
        catch (Exception error) when (
            error is ArgumentException or FormatException or InvalidCastException or KeyNotFoundException)
        {
            throw new ArgumentException(
                $"The PostgreSQL URL has the parameter '{name}', which is not known or has a value it cannot have.");
        }
    }

    /// <summary>libpq's names where Npgsql has others; Npgsql's own are taken as they are.</summary>
    private static string Keyword(string name) => name switch
    {
        "sslmode" => "SSL Mode",
        "sslrootcert" => "Root Certificate",
        "sslcert" => "SSL Certificate",
        "sslkey" => "SSL Key",
        "sslpassword" => "SSL Password",
        "sslnegotiation" => "SSL Negotiation",
        "channel_binding" => "Channel Binding",
        "connect_timeout" => "Timeout",
        "application_name" => "Application Name",
        "client_encoding" => "Client Encoding",
        "target_session_attrs" => "Target Session Attributes",
        "user" => "Username",
        "dbname" => "Database",
        "options" => "Options",
        _ => name,
    };

    private static string Value(string name, string value) =>
        name is "sslmode" or "target_session_attrs" ? value.Replace("-", "", StringComparison.Ordinal) : value;
}
