using Engage.Postgres;
using Engage.Postgres.Facts;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Engage.Storage.Tests;

/// <summary>What is said when the way to the server is wrong: enough to mend it, and never the password.</summary>
public sealed class ConnectionTests : IDisposable
{
    private readonly PostgresDatabaseLease _database = PostgresServer.Shared.CreateDatabase();

    public void Dispose() => _database.Dispose();

    [PostgresFact]
    public async Task UrlOpensTheSameDatabaseAsKeywords()
    {
        using (var storage = Open(_database.ConnectionString))
            await storage.Journal.AppendAsync(Events.Steps(1, 1), default);

        using var reopened = Open(Url(_database.Server.Password, _database.Name));
        var receipts = await reopened.Journal.AppendAsync(Events.Steps(1, 1), default);

        Assert.True(receipts[0].Duplicate);
    }

    [PostgresFact]
    public void WrongPasswordIsRefusedWithoutShowingIt()
    {
        const string wrong = "not-the-pässword/1";

        foreach (var text in new[] { Keywords(wrong), Url(Uri.EscapeDataString(wrong), _database.Name) })
        {
            var error = Assert.Throws<StorageException>(() => Open(text));

            Assert.Contains(_database.Name, error.Message, StringComparison.Ordinal);
            AssertShows(error, nothingOf: [wrong, Uri.EscapeDataString(wrong)]);
        }
    }

    [PostgresFact]
    public void UnknownDatabaseIsNamed()
    {
        var error = Assert.Throws<StorageException>(() => Open(Url(_database.Server.Password, "nowhere")));

        Assert.Contains("nowhere", error.Message, StringComparison.Ordinal);
        AssertShows(error, nothingOf: [_database.Server.Password]);
    }

    [PostgresTheory]
    [InlineData("postgres://engage:top-secret@127.0.0.1:notaport/x")]
    [InlineData("postgres://engage:top-secret@127.0.0.1/x?nonsense=1")]
    [InlineData("Host=127.0.0.1;Password=top-secret;Nonsense=1")]
    [InlineData("Host=127.0.0.1;Password=top-secret;Port=many")]
    [InlineData("top-secret")]
    [InlineData("")]
    [InlineData(null)]
    public void UnusableConnectionStringIsRefusedWithoutShowingIt(string? text)
    {
        var error = Assert.Throws<ArgumentException>(() => Open(text));

        Assert.Contains("PostgreSQL", error.Message, StringComparison.Ordinal);
        AssertShows(error, nothingOf: ["top-secret"]);
    }

    private static void AssertShows(Exception error, string[] nothingOf) => Assert.All(nothingOf, secret =>
        Assert.DoesNotContain(secret, error.ToString(), StringComparison.Ordinal));

    private string Url(string password, string name) =>
        $"postgres://engage:{password}@127.0.0.1:{_database.Server.Port}/{name}";

    private string Keywords(string password) =>
        new NpgsqlConnectionStringBuilder(_database.ConnectionString) { Password = password }.ToString();

    private static OpenStorage Open(string? connectionString) =>
        new(Services(connectionString).BuildServiceProvider());

    private static IServiceCollection Services(string? connectionString)
    {
        var section = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Kind"] = StorageOptions.Postgres,
            ["ConnectionString"] = connectionString,
        }).Build();
        return new ServiceCollection().AddLogging().AddEngageStorage(section).AddEngageGrainStorage(section);
    }
}
