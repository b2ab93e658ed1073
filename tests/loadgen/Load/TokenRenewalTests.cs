using Engage.LoadGen.Load.Conducting;
using Engage.LoadGen.Protocol;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Engage.LoadGen.Tests.Load;

/// <summary>A run that is longer than a token's life goes on with the next one.</summary>
public sealed class TokenRenewalTests
{
    private const string Secret = "a-secret-of-the-service";

    [Fact]
    public async Task PeopleWhoRegisteredRefreshTheirSessions()
    {
        await using var app = await StartAsync(expiresIn: 600);
        using var client = new EngageClient(
            new(app.Urls.Single()), new("tests", Secret), new(new()), TimeProvider.System);
        var people = new RegisteredPeople(client, Secret, accounts: 2);

        var first = await people.TakeAsync(5, _ => { }, CancellationToken.None);
        var second = await people.RenewAsync(CancellationToken.None);
        var third = await people.RenewAsync(CancellationToken.None);

        Assert.Equal(["load-0", "load-1"], first.Select(person => person.User));
        Assert.Equal(["load-0/0", "load-1/0"], first.Select(person => person.Token));
        Assert.Equal(["load-0/1", "load-1/1"], second.Select(person => person.Token));
        Assert.Equal(["load-0/2", "load-1/2"], third.Select(person => person.Token));
        Assert.InRange(people.RenewEvery!.Value.TotalSeconds, 60, 300);
    }

    [Fact]
    public async Task RunIsShownEachRenewal()
    {
        await using var app = await StartAsync(expiresIn: 1);
        using var client = new EngageClient(
            new(app.Urls.Single()), new("tests", Secret), new(new()), TimeProvider.System);
        var people = new RegisteredPeople(client, Secret, accounts: 3);
        var taken = TokenRenewal.TokensOf(await people.TakeAsync(3, _ => { }, CancellationToken.None));
        var shown = new List<string>();
        var second = new TaskCompletionSource();

        await using var renewal = TokenRenewal.Start(people, taken, Show, TimeProvider.System);
        await second.Task;
        await renewal.StopAsync();

        Assert.Equal(["load-1/0", "load-2/0"], taken);
        Assert.Equal(["load-1/1 load-2/1", "load-1/2 load-2/2"], shown[..2]);
        Assert.Equal(shown[^1], string.Join(' ', renewal.Tokens));

        Task Show(IReadOnlyList<string> tokens, CancellationToken cancellation)
        {
            shown.Add(string.Join(' ', tokens));
            if (shown.Count == 2) second.TrySetResult();
            return Task.CompletedTask;
        }
    }

    [Fact]
    public void OneAloneHasHerOwn() =>
        Assert.Equal(["t"], TokenRenewal.TokensOf([new Person("u", "t")]));

    /// <summary>Sessions whose tokens are counted; one that was spent is refused.</summary>
    private static async Task<WebApplication> StartAsync(int expiresIn)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        app.MapPost("/v1/users", () => Results.Created());
        app.MapPost("/v1/tokens", (Dictionary<string, string> body) =>
        {
            var (user, number) = body.TryGetValue("refreshToken", out var spent)
                ? (spent.Split('/')[0], int.Parse(spent.Split('/')[1], null) + 1)
                : (body.GetValueOrDefault("userName", "service"), 0);
            var token = $"{user}/{number}";
            return Results.Json(new { user, accessToken = token, refreshToken = token, expiresIn });
        });
        await app.StartAsync();
        return app;
    }
}
