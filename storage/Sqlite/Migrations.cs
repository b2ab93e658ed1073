using System.Globalization;

namespace Engage.Storage.Sqlite;

/// <summary>Brings a database to the schema of this build: all missing steps in one transaction, or none.</summary>
internal static class Migrations
{
    /// <returns>The steps applied now.</returns>
    /// <exception cref="StorageException">The database is newer than this build, or a step it has applied was changed
    /// since.</exception>
    public static IReadOnlyList<Migration> Apply(
        SqliteSession session, IReadOnlyList<Migration> known, DateTimeOffset now)
    {
        session.Begin();
        try
        {
            session.Execute("""
                CREATE TABLE IF NOT EXISTS schema_migration (
                    version    INTEGER PRIMARY KEY,
                    name       TEXT NOT NULL,
                    checksum   TEXT NOT NULL,
                    applied_at TEXT NOT NULL
                )
                """);
            var missing = Migration.Missing(Applied(session), known);
            foreach (var migration in missing)
                Apply(session, migration, now);
            session.Commit();
            return missing;
        }
        catch
        {
            session.RollBack();
            throw;
        }
    }

    private static List<(long, string, string)> Applied(SqliteSession session) =>
        session.Prepare("SELECT version, name, checksum FROM schema_migration ORDER BY version")
            .Rows(row => (row.Int64(0), row.Text(1), row.Text(2)));

    private static void Apply(SqliteSession session, Migration migration, DateTimeOffset now)
    {
        session.Execute(migration.Sql);
        if (migration.Version == JournalConversion.Version) JournalConversion.Run(session);
        session.Prepare("INSERT INTO schema_migration (version, name, checksum, applied_at) VALUES (?1, ?2, ?3, ?4)")
            .Bind(1, migration.Version)
            .Bind(2, migration.Name)
            .Bind(3, migration.Checksum)
            .Bind(4, now.ToString("O", CultureInfo.InvariantCulture))
            .Run();
    }
}
