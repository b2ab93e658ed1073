using Engage.Storage.Postgres;
using Engage.Storage.Sqlite;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace Engage.Storage.Books;

/// <summary>
/// Verifies books without opening the storage: nothing is created, migrated, locked or written, so it may be done
/// beside a running server and on what a stopped one left.
/// </summary>
public static class BookVerifier
{
    /// <param name="options">Where the books are.</param>
    /// <param name="progress">Told now and then.</param>
    /// <param name="cancellationToken">Ends the check.</param>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
    /// <exception cref="StorageException">There is no database, or it was not reached: nothing is known.</exception>
    public static Task<BookVerdict> RunAsync(
        StorageOptions options, IProgress<VerifyProgress>? progress, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        if (options.Kind == StorageOptions.Postgres) return RunOnServerAsync(options, progress, cancellationToken);

        var file = Path.Combine(Path.GetFullPath(options.Path), SqliteDatabase.FileName);
        return File.Exists(file)
            ? RunOnFileAsync(file, progress, cancellationToken)
            : throw new StorageException($"There is no database '{file}'. Name the data folder of the server.");
    }

    /// <summary>On a thread of its own: SQLite reads where it is called.</summary>
    internal static Task<BookVerdict> RunOnFileAsync(
        string file, IProgress<VerifyProgress>? progress, CancellationToken cancellationToken) => Task.Run(
        async () =>
        {
            try
            {
                await using var source = new SqliteBookSource(file);
                return await new BookVerification(source, progress).RunAsync(cancellationToken).ConfigureAwait(false);
            }
            catch (SqliteException error) when (SqliteBookSource.IsDamagedFile(error))
            {
                return new BookVerdict(
                    0, 0, new HeadRow(0, BookChain.Start).ToString(),
                    new(null, "the database", "a file that can be opened", error.Message));
            }
            catch (SqliteException error)
            {
                throw SqliteFailure.Describe(error, file);
            }
        },
        cancellationToken);

    /// <param name="connection">Open; closed afterwards.</param>
    /// <param name="server">For error texts.</param>
    /// <param name="progress">Told now and then.</param>
    /// <param name="cancellationToken">Ends the check.</param>
    internal static async Task<BookVerdict> RunOnServerAsync(
        NpgsqlConnection connection, string server, IProgress<VerifyProgress>? progress,
        CancellationToken cancellationToken)
    {
        try
        {
            await using var source = await PostgresBookSource.BeginAsync(connection).ConfigureAwait(false);
            return await new BookVerification(source, progress).RunAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception error) when (PostgresFailure.Is(error) && error is not StorageException)
        {
            throw PostgresFailure.Describe(error, server, unknown: false);
        }
    }

    private static async Task<BookVerdict> RunOnServerAsync(
        StorageOptions options, IProgress<VerifyProgress>? progress, CancellationToken cancellationToken)
    {
        var settings = PostgresConnectionString.Parse(options.ConnectionString);
        settings.Pooling = false;
        settings.ApplicationName = "engage ledger verify";
        var server = PostgresConnectionString.Describe(settings);
        var connection = new NpgsqlConnection(settings.ConnectionString);
        try
        {
            await connection.OpenAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception error) when (PostgresFailure.Is(error))
        {
            await connection.DisposeAsync().ConfigureAwait(false);
            throw PostgresFailure.Describe(error, server, unknown: false);
        }
        return await RunOnServerAsync(connection, server, progress, cancellationToken).ConfigureAwait(false);
    }
}
