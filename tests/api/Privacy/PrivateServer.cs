using System.Data.Common;
using Engage.Api.Tests.Rooms;
using Engage.Postgres;
using Engage.Sandbox;
using Microsoft.AspNetCore.Builder;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Engage.Api.Tests.Privacy;

/// <summary>A server that logs into its data folder, of one test alone, beside the sandbox of a card provider.</summary>
/// <param name="database">PostgreSQL's; null: SQLite, in its folder.</param>
internal sealed class PrivateServer(PostgresDatabaseLease? database) : RoomServer, IAsyncDisposable
{
    private const string Key = "the key that the provider knows us by";
    private readonly string _provided = Directory.CreateTempSubdirectory("engage-sandbox-").FullName;
    private WebApplication _provider = null!;

    protected override string[] Settings =>
    [
        .. base.Settings,
        "--Logging:LogLevel:Default", "Information",
        "--Pump:CheckpointPeriod", "00:00:00.100",
        "--Commerce:Card:Url", _provider.Urls.Single(),
        "--Commerce:Card:Key", Key,
        "--Commerce:Card:WebhookSecret", "a webhook secret of at least 32 characters",
        .. database is null
            ? []
            : (string[])["--Storage:Kind", "postgres", "--Storage:ConnectionString", database.ConnectionString],
    ];

    public static async Task<PrivateServer> StartNewAsync(PostgresDatabaseLease? database = null)
    {
        var server = new PrivateServer(database);
        server._provider = SandboxServer.Build(
        [
            "--urls", "http://127.0.0.1:0", "--Sandbox:Path", server._provided, "--Sandbox:Key", Key,
            "--Logging:LogLevel:Default", "Warning",
        ]);
        await server._provider.StartAsync();
        await server.InitializeAsync();
        return server;
    }

    /// <summary>To the database, beside the server; the caller closes it.</summary>
    public DbConnection Connect()
    {
        if (database is not null) return database.Connect();
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder
        {
            DataSource = Directory.GetFiles(Folder, "*.db").Single(), Mode = SqliteOpenMode.ReadOnly, Pooling = false,
        }.ToString());
        connection.Open();
        return connection;
    }

    /// <returns>What is planted and found in files and in the database.</returns>
    public List<string> Find(PlantedValues planted, Func<string, bool>? isLookedAt = null)
    {
        var found = planted.FindBelow(Folder, isLookedAt);
        if (database is not null) found.AddRange(new PostgresContents(database).Find(planted));
        return found;
    }

    /// <summary>Signs the planted person in again.</summary>
    public async Task<string> TokenAsync(PlantedValues planted) =>
        (await SignInAsync(planted["user name"], planted["device"])).Text("accessToken");

    public async Task UntilErasedAsync(string id)
    {
        while ((await Anonymous.GetJsonAsync($"/v1/privacy/erasure/{id}")).Body.Text("state") != "done")
            await Task.Yield();
    }

    /// <summary>Until all events are in the actors' and the model's memory.</summary>
    public async Task UntilAppliedAsync()
    {
        while (true)
        {
            var (_, progress) = await Service.GetJsonAsync("/v1/activity/progress");
            if (progress.GetProperty("partitions").EnumerateArray().All(partition =>
                    partition.GetProperty("applied").GetInt64() == partition.GetProperty("head").GetInt64()))
                return;
        }
    }

    protected override void Replace(IServiceCollection services)
    {
        var log = new LogFile(Path.Combine(Folder, "logs", "api.log"));
        services.AddSingleton<ILoggerProvider>(log);
    }

    async ValueTask IAsyncDisposable.DisposeAsync()
    {
        await StopAsync();
        await _provider.DisposeAsync();
        Directory.Delete(_provided, recursive: true);
        Dispose();
    }
}
