using System.Data.Common;
using System.Globalization;
using Engage.Storage;
using Engage.Storage.Books;

namespace Engage.Faults.Tests;

/// <summary>The ledger that a server left behind, in either database.</summary>
internal sealed class StoredLedger(StorageOptions options, DbConnection connection) : IAsyncDisposable
{
    /// <summary>One number.</summary>
    public async Task<long> QueryAsync(string sql)
    {
        if (connection.State != System.Data.ConnectionState.Open) await connection.OpenAsync();
        await using var command = connection.CreateCommand();
#pragma warning disable CA2100 // The texts are this test's own.
        command.CommandText = sql;
#pragma warning restore CA2100
        return Convert.ToInt64(await command.ExecuteScalarAsync(), CultureInfo.InvariantCulture);
    }

    public Task<BookVerdict> VerifyAsync() => BookVerifier.RunAsync(options, null, CancellationToken.None);

    public ValueTask DisposeAsync() => connection.DisposeAsync();
}
