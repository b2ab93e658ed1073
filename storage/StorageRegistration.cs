using Engage.Storage.Postgres;
using Engage.Storage.Privacy;
using Engage.Storage.Sqlite;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Engage.Storage;

/// <summary>Puts the configured database under a host.</summary>
public static class StorageRegistration
{
    /// <summary>The name under which grains find their storage when they name none.</summary>
    public const string DefaultGrainStorage = "Default";

    private const int EngineConnectionsMax = 20;

    /// <summary>
    /// Registers journal, catalogue, model store, personal vault and probe on the database that the section describes
    /// (<see cref="StorageOptions"/>, <see cref="KeyRingOptions"/>). Call it before the engine's registration: the
    /// database then opens before the first actor starts, and closes after the last.
    /// </summary>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
    public static IServiceCollection AddEngageStorage(this IServiceCollection services, IConfiguration section) =>
        (IsPostgres(section) ? services.AddPostgresStorage(section.Bind) : services.AddSqliteStorage(section.Bind))
        .AddPersonalVault(section);

    /// <summary>
    /// Keeps grain state and reminders in the same database. Apart from <see cref="AddEngageStorage"/> because in a
    /// cluster the engine brings providers of its own.
    /// </summary>
    public static IServiceCollection AddEngageGrainStorage(
        this IServiceCollection services, IConfiguration section) =>
        IsPostgres(section) ? services.AddPostgresGrainStorage() : services.AddSqliteGrainStorage();

    /// <summary>
    /// The configured PostgreSQL as Npgsql reads it, for an engine that brings providers of its own; null when the
    /// section describes another database. Its connections are fewer than Npgsql's own default of 100, which is all
    /// that a server offers by default.
    /// </summary>
    /// <exception cref="ArgumentException">The connection string is missing or cannot be read.</exception>
    public static string? PostgresKeywords(IConfiguration section)
    {
        if (!IsPostgres(section)) return null;

        var keywords = PostgresConnectionString.Parse(section[nameof(StorageOptions.ConnectionString)]);
        if (!PostgresConnectionString.IsGiven(keywords, "Maximum Pool Size"))
            keywords.MaxPoolSize = EngineConnectionsMax;
        return keywords.ConnectionString;
    }

    private static bool IsPostgres(IConfiguration section) =>
        section[nameof(StorageOptions.Kind)] == StorageOptions.Postgres;
}
