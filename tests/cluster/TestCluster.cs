using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;
using Engage.LoadGen.Protocol;
using Engage.Postgres;

namespace Engage.Cluster.Tests;

/// <summary>Nodes of one cluster on a database of their own. Disposing it kills them: nothing is left behind.</summary>
internal sealed class TestCluster : IAsyncDisposable
{
    private const string Secret = "a-secret-for-tests-of-at-least-32-characters";
    private const string Password = "correct horse battery";
    private readonly PostgresDatabaseLease _database = PostgresServer.Shared.CreateDatabase();
    private readonly string _folder = Directory.CreateTempSubdirectory("engage-cluster-").FullName;
    private readonly List<NodeProcess> _nodes = [];

    /// <summary>Starts that many servers, each with actors of its own, and waits until they are ready.</summary>
    public static async Task<TestCluster> StartAsync(int servers)
    {
        var cluster = new TestCluster();
        try
        {
            for (var i = 0; i < servers; i++) await cluster.AddServerAsync();
            return cluster;
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }
    }

    public IReadOnlyList<NodeProcess> Nodes => _nodes;

    /// <summary>Serves people and runs actors.</summary>
    public Task<NodeProcess> AddServerAsync() => AddAsync(Builds.Server!, Silo());

    /// <summary>Serves people and calls the actors of the silos.</summary>
    public Task<NodeProcess> AddClientServerAsync() =>
        AddAsync(Builds.Server!, new() { ["Cluster:Role"] = "Client" });

    /// <summary>Runs actors.</summary>
    public Task<NodeProcess> AddSiloAsync() => AddAsync(Builds.Silo!, Silo());

    /// <summary>The single machine's server on the same database; there must be no other node.</summary>
    public Task<NodeProcess> AddSingleMachineAsync() => AddAsync(Builds.SingleMachine!, []);

    /// <summary>A trusted back end that talks to one node and tries again while it is away.</summary>
    public static EngageClient ClientOf(NodeProcess node, int number = 0) => new(
        node.Address,
        new("tests", Secret),
        new(new()
        {
            Seed = number, DelayMax = TimeSpan.FromMilliseconds(300), GiveUpAfter = TimeSpan.FromSeconds(90),
        }),
        TimeProvider.System);

    /// <returns>A new user's id and token.</returns>
    public static async Task<(string User, string Token)> RegisterAsync(NodeProcess node, string userName)
    {
        using var http = new HttpClient { BaseAddress = node.Address };
        using var registered = await http.PostAsJsonAsync(
            "/v1/users", new
            {
                userName, password = Password, displayName = userName,
                consent = new { personalization = true, analytics = true },
            });
        registered.EnsureSuccessStatusCode();
        return await SignInAsync(node, userName);
    }

    public static async Task<(string User, string Token)> SignInAsync(NodeProcess node, string userName)
    {
        using var http = new HttpClient { BaseAddress = node.Address };
        var answer = await TokenAsync(http, new { userName, password = Password });
        return (answer.GetProperty("user").GetString()!, answer.GetProperty("accessToken").GetString()!);
    }

    /// <summary>How many examples the model has learned since the beginning.</summary>
    public static async Task<long> ExamplesLearnedAsync(NodeProcess node)
    {
        using var http = new HttpClient { BaseAddress = node.Address };
        var answer = await TokenAsync(http, new { clientId = "tests", clientSecret = Secret });
        http.DefaultRequestHeaders.Authorization = new("Bearer", answer.GetProperty("accessToken").GetString());
        var progress = await http.GetFromJsonAsync<JsonElement>("/v1/activity/progress");
        return progress.GetProperty("model").GetProperty("examples").GetInt64();
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var node in _nodes) await node.DisposeAsync();
        _database.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private static Dictionary<string, string> Silo() => new()
    {
        ["Cluster:AdvertisedAddress"] = "127.0.0.1",
        ["Cluster:SiloPort"] = Port(),
        ["Cluster:GatewayPort"] = Port(),
    };

    private async Task<NodeProcess> AddAsync(string assembly, Dictionary<string, string> settings)
    {
        var port = Port();
        settings["urls"] = $"http://127.0.0.1:{port}";
        settings["Storage:Kind"] = "postgres";
        settings["Storage:ConnectionString"] = _database.ConnectionString;
        settings["Storage:Path"] = _folder;
        settings["Auth:KeyFolder"] = _folder;
        settings["Auth:ServiceClientId"] = "tests";
        settings["Auth:ServiceClientSecret"] = Secret;
        settings["Logging:LogLevel:Default"] = "Warning";
        if (assembly == Builds.Silo) settings["Management:Port"] = port;

        var node = new NodeProcess(assembly, new($"http://127.0.0.1:{port}"), settings);
        _nodes.Add(node);
        node.Start();
        await node.WaitReadyAsync();
        return node;
    }

    private static async Task<JsonElement> TokenAsync(HttpClient http, object credentials)
    {
        using var answer = await http.PostAsJsonAsync("/v1/tokens", credentials);
        answer.EnsureSuccessStatusCode();
        return await answer.Content.ReadFromJsonAsync<JsonElement>();
    }

    private static string Port() => FreePort.Find().ToString(CultureInfo.InvariantCulture);
}
