using Engage.Postgres;
using Engage.Postgres.Facts;
using Engage.Storage.Postgres;
using Microsoft.Extensions.Logging.Abstractions;

namespace Engage.Storage.Tests;

/// <summary>What an acknowledgement relies upon is switched on where the server, database or role has it off.</summary>
public sealed class SessionSettingsTests
{
    [PostgresFact]
    public async Task SessionCommitsToDiskThoughTheDatabaseSaysOtherwise()
    {
        using var lease = PostgresServer.Shared.CreateDatabase();
        lease.Execute($"ALTER DATABASE \"{lease.Name}\" SET synchronous_commit = off");
        lease.Execute($"ALTER DATABASE \"{lease.Name}\" SET default_transaction_isolation = 'serializable'");

        await using var database = await PostgresDatabase.OpenAsync(
            new StorageOptions { Kind = StorageOptions.Postgres, ConnectionString = lease.ConnectionString },
            TimeProvider.System, null, NullLogger<PostgresDatabase>.Instance);
        var settings = await database.ReadAsync(
            "SELECT current_setting('synchronous_commit') || ', ' || current_setting('transaction_isolation')",
            0, static (_, _) => { }, static (row, _) => row.GetString(0), default);

        Assert.Equal(["on, read committed"], settings);
    }
}
