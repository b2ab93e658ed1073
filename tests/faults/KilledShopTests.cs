using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;
using Engage.LoadGen.Load.Conducting;
using Engage.LoadGen.Protocol;
using Engage.LoadGen.Servers;
using Engage.Postgres;
using Engage.Postgres.Facts;
using Engage.Storage;
using Microsoft.Data.Sqlite;
using Xunit.Abstractions;

namespace Engage.Faults.Tests;

/// <summary>
/// Money under fire: people order, pay, give up waiting, send again; the card provider is silent, fails, tells things
/// twice, late, never, and somebody forges what it tells; server and provider are killed with SIGKILL. At the end the
/// provider's books, the orders and the ledger say the same: nothing is missing, nothing is doubled.
/// </summary>
public sealed class KilledShopTests(ITestOutputHelper output)
{
    private const int People = 20;
    private const int Clients = 12;
    private const long WalletAmount = 10_000_000;
    private const int ReportTriesMax = 600;
    private static readonly int[] Prices = [1, 999, 4_900, 19_900];

    /// <summary>Set these to run longer than a run of all tests has time for.</summary>
    private static readonly int Intents = Setting("ENGAGE_ORDERS", 200);
    private static readonly int Kills = Setting("ENGAGE_KILLS", 3);
    private static readonly int Seed = Setting("ENGAGE_SEED", 20261122);

    [Fact]
    public Task NothingIsLostOrDoubledOnSqlite() => RunAsync(
        [], folder => new(new() { Path = folder }, new SqliteConnection(
            $"Data Source={Path.Combine(folder, "engage.db")};Mode=ReadOnly;Pooling=False")));

    [PostgresFact]
    public async Task NothingIsLostOrDoubledOnPostgres()
    {
        using var lease = PostgresServer.Shared.CreateDatabase();
        await RunAsync(
            new()
            {
                ["Storage__Kind"] = "postgres", ["Storage__ConnectionString"] = lease.ConnectionString,
            },
            _ => new(
                new() { Kind = StorageOptions.Postgres, ConnectionString = lease.ConnectionString }, lease.Connect()));
    }

    private async Task RunAsync(Dictionary<string, string> storage, Func<string, StoredLedger> open)
    {
        using var key = TokenKey.Create();
        var port = FreePorts.Take();
        await using var provider = new SandboxProcess(
            new($"http://127.0.0.1:{port}/v1/payments/webhooks/card"), Faults());
        await using var server = ServerProcess.Start(
            Assembly(),
            new()
            {
                Key = key,
                Port = port,
                Environment = new Dictionary<string, string>(provider.ServerSettings.Concat(storage)),
            });
        using var client = new EngageClient(
            server.Address, server.Account, new(new() { GiveUpAfter = TimeSpan.FromMinutes(2) }), TimeProvider.System);
        await server.WaitReadyAsync(client, CancellationToken.None);
        using var service = new HttpClient(new ServiceTokens(server.Account))
        {
            BaseAddress = server.Address, Timeout = TimeSpan.FromSeconds(10),
        };
        var people = await new MintedPeople(key, TimeProvider.System)
            .TakeAsync(People, _ => { }, CancellationToken.None);
        await FillWalletsAsync(server, service, people);
        var intents = Plan(people);
        await CreateCatalogueAsync(service, intents);

        var milestones = new Milestones(
            Enumerable.Range(0, Kills).Select(kill => Intents * (kill + 1) / (Kills + 1)));
        var shopping = ShopAsync(server, service, intents, () => milestones.Add(1));
        await KillAsync(server, provider, client, milestones, shopping);
        var orders = await shopping;

        await CompareAsync(provider, server, people, intents, orders);
        await CheckReportedAsync(service, intents);
        await server.StopAsync();
        await using var ledger = open(server.Folder);
        await CheckLedgerAsync(provider, ledger);
    }

    private static Dictionary<string, string> Faults() => new()
    {
        ["Sandbox__Seed"] = Seed.ToString(CultureInfo.InvariantCulture),
        ["Sandbox__HangFor"] = "00:00:02",
        ["Sandbox__Faults__SilentBefore"] = "0.03",
        ["Sandbox__Faults__SilentAfter"] = "0.03",
        ["Sandbox__Faults__ErrorBefore"] = "0.05",
        ["Sandbox__Faults__ErrorAfter"] = "0.05",
        ["Sandbox__Faults__WebhookTwice"] = "0.3",
        ["Sandbox__Faults__WebhookLost"] = "0.1",
        ["Sandbox__Faults__WebhookLate"] = "0.1",
        ["Sandbox__Faults__WebhookDelayMax"] = "00:00:02",
        ["Sandbox__Faults__WebhookForged"] = "0.3",
    };

    /// <summary>A content for each intent: nobody buys the same one twice.</summary>
    private static async Task CreateCatalogueAsync(HttpClient service, Intent[] intents)
    {
        await CreateAsync("communities", new { id = "g-1", name = new { en = "Community" } });
        await CreateAsync("creators", new { id = "k-1", name = new { en = "Creator" }, communities = new[] { "g-1" } });
        foreach (var intent in intents)
            await CreateAsync("contents", new
            {
                id = $"c-{intent.Number}",
                contentKind = "course",
                creator = "k-1",
                community = "g-1",
                title = new { en = $"Course at {intent.Amount}" },
                price = new { minorUnits = intent.Amount, currency = "CNY" },
            });

        async Task CreateAsync(string path, object body)
        {
            using var answer = await service.PostAsJsonAsync($"v1/{path}", body);
            Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
        }
    }

    private static async Task FillWalletsAsync(ServerProcess server, HttpClient service, IReadOnlyList<Person> people)
    {
        using var shopper = new Shopper(server.Address, service, Seed, () => { });
        foreach (var (number, person) in people.Index())
        {
            var order = await shopper.CarryOutAsync(TopUp(-1 - number, person, "tok_ok"));
            Assert.Equal("paid", order.GetProperty("state").GetString());
        }
    }

    private static Intent TopUp(int number, Person person, string card) => new(
        number, person.User, person.Token, "v1/wallet/topups",
        new { amount = new { minorUnits = WalletAmount, currency = "CNY" }, token = card }, WalletAmount, "");

    private static Intent[] Plan(IReadOnlyList<Person> people)
    {
        var random = new Random(Seed);
        return
        [
            .. Enumerable.Range(0, Intents).Select(number =>
            {
                var person = people[random.Next(people.Count)];
                var price = Prices[random.Next(Prices.Length)];
                var pay = random.Next(10) switch
                {
                    < 6 => new PayBody("card", "tok_ok"),
                    6 => new PayBody("card", "tok_timeout_then_ok"),
                    7 => new PayBody("card", "tok_declined"),
                    _ => new PayBody("wallet", null),
                };
                var then = random.Next(6) switch { 0 => "refund", 1 when price > 3 => "part", _ => "" };
                return new Intent(
                    number, person.User, person.Token, "v1/orders", new OrderBody($"content:c-{number}", pay), price,
                    then);
            }),
        ];
    }

    private static async Task<JsonElement[]> ShopAsync(
        ServerProcess server, HttpClient service, Intent[] intents, Action acknowledged)
    {
        var orders = new JsonElement[intents.Length];
        await Task.WhenAll(Enumerable.Range(0, Clients).Select(async number =>
        {
            using var shopper = new Shopper(server.Address, service, unchecked((Seed * 31) + number), acknowledged);
            for (var i = number; i < intents.Length; i += Clients)
                orders[i] = await shopper.CarryOutAsync(intents[i]);
        }));
        return orders;
    }

    /// <summary>Kills the server at each milestone, and the provider at every second.</summary>
    private async Task KillAsync(
        ServerProcess server, SandboxProcess provider, EngageClient client, Milestones milestones, Task shopping)
    {
        var kills = 0;
        foreach (var reached in milestones.Reached)
        {
            if (await Task.WhenAny(reached, shopping) == shopping) await shopping;
            await server.KillAsync();
            if (kills++ % 2 == 1)
            {
                await provider.KillAsync();
                provider.Start();
            }
            server.Start();
            await server.WaitReadyAsync(client, CancellationToken.None);
        }
        output.WriteLine($"seed {Seed}: {kills} kills of the server, {kills / 2} of the provider");
    }

    private async Task CompareAsync(
        SandboxProcess provider, ServerProcess server, IReadOnlyList<Person> people, Intent[] intents,
        JsonElement[] orders)
    {
        var charges = await provider.ChargesAsync();
        var states = orders.CountBy(order => order.GetProperty("state").GetString()!)
            .OrderBy(state => state.Key);
        output.WriteLine($"{intents.Length} intents: {string.Join(", ", states)}; {charges.Count} charges");

        Assert.Equal(intents.Length, orders.Select(order => order.GetProperty("id").GetString()).Distinct().Count());
        foreach (var (intent, order) in intents.Zip(orders))
        {
            var body = (OrderBody)intent.Body;
            var id = order.GetProperty("id").GetString()!;
            var charge = charges.GetValueOrDefault(id);
            var refunded = order.TryGetProperty("refunded", out var back)
                ? back.GetProperty("minorUnits").GetInt64()
                : 0;
            var expected = body.Pay.Token == "tok_declined"
                ? "failed"
                : intent.Then switch { "refund" => "refunded", "part" => "partlyRefunded", _ => "paid" };
            Assert.Equal((id, expected), (id, order.GetProperty("state").GetString()));
            if (body.Pay.Method == "wallet")
                Assert.Null(charge);
            else if (expected == "failed")
                Assert.Equal("declined", charge!.State);
            else
                Assert.Equal((id, "succeeded", intent.Amount, refunded),
                    (charge!.Id, charge.State, charge.Amount, charge.Refunded));
        }
        // Whatever the provider charged belongs to an order: those of the wallets, and those of the intents.
        Assert.Equal(
            people.Count + intents.Count(intent => ((OrderBody)intent.Body).Pay.Method == "card"), charges.Count);
        Assert.True(server.IsRunning);
    }

    /// <summary>Whatever was killed between books and journal: each sale is an event, and one.</summary>
    private static async Task CheckReportedAsync(HttpClient service, Intent[] intents)
    {
        var sold = intents.Count(intent => ((OrderBody)intent.Body).Pay.Token != "tok_declined");
        using var pause = new PeriodicTimer(TimeSpan.FromMilliseconds(200));
        var reported = 0;
        for (var tries = 0; tries < ReportTriesMax && reported < sold; tries++)
        {
            await pause.WaitForNextTickAsync();
            var creator = await service.GetFromJsonAsync<JsonElement>("v1/creators/k-1");
            if (creator.GetProperty("counters").TryGetProperty("purchased", out var count))
                reported = count.GetInt32();
        }
        Assert.Equal(sold, reported);
    }

    private async Task CheckLedgerAsync(SandboxProcess provider, StoredLedger ledger)
    {
        var charges = await provider.ChargesAsync();
        var held = charges.Values.Where(charge => charge.State == "succeeded")
            .Sum(charge => charge.Amount - charge.Refunded);

        Assert.Equal(-held, await ledger.QueryAsync(
            "SELECT coalesce(sum(balance), 0) FROM book_account WHERE account = 'provider:card' AND unit = 'CNY'"));
        Assert.Equal(0, await ledger.QueryAsync(
            "SELECT coalesce(sum(balance), 0) FROM book_account WHERE account = 'refunds:due'"));
        Assert.Equal(0, await ledger.QueryAsync(
            "SELECT coalesce(sum(balance), 0) FROM book_account WHERE unit = 'CNY'"));
        Assert.Equal(0, await ledger.QueryAsync(
            """
            SELECT count(*) FROM book_account a WHERE a.balance <> (
                SELECT coalesce(sum(p.amount), 0) FROM book_posting p WHERE p.account = a.account AND p.unit = a.unit)
            """));
        var verdict = await ledger.VerifyAsync();
        output.WriteLine($"verified {verdict.Entries} entries, {verdict.Postings} postings");
        Assert.Null(verdict.Fault);
    }

    private static int Setting(string name, int otherwise) =>
        int.TryParse(Environment.GetEnvironmentVariable(name), out var value) ? value : otherwise;

    private static string Assembly() => ServerProcess.FindAssembly() ?? throw new InvalidOperationException(
        $"The server is not built: build api/Engage.Api.csproj, or give its path in {ServerProcess.PathVariable}.");
}
