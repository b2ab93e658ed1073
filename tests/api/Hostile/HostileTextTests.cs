using System.Net.Http.Json;
using System.Text.Json;
using Engage.Api.Authorization;
using Engage.Api.Tests.Authorization;
using Engage.Postgres.Facts;
using Engage.Storage.Books;
using Microsoft.Extensions.DependencyInjection;

namespace Engage.Api.Tests.Hostile;

/// <summary>Every text field takes the corpus, gives it back letter by letter, and nothing else has changed.</summary>
public abstract class HostileTextTests(HostileServer server)
{
    private const string Owner = "u-hostile";

    protected async Task CatalogueKeepsTextsAsTheyAre()
    {
        var schema = server.Schema();

        foreach (var (text, n) in HostileTexts.Nameable.Select((text, n) => (text, n)))
        {
            var words = new { zh = text, en = text };
            await server.Service.CreateAsync("communities", new { id = $"g-{n}", name = words, description = words });
            await server.Service.CreateAsync(
                "creators", new { id = $"k-{n}", name = words, communities = new[] { $"g-{n}" } });
            await server.Service.CreateAsync("contents", new
            {
                id = $"c-h{n}", contentKind = "course", creator = $"k-{n}", community = $"g-{n}", title = words,
                description = words, tags = new[] { text[..Math.Min(32, text.Length)] },
            });
            await server.Service.CreateAsync("rooms", new
            {
                id = $"r-{n}", community = $"g-{n}", creator = $"k-{n}", title = words, description = words,
            });

            Assert.Equal(text, (await ReadAsync($"/v1/communities/g-{n}")).GetProperty("name").Text("zh"));
            Assert.Equal(text, (await ReadAsync($"/v1/creators/k-{n}")).GetProperty("name").Text("en"));
            Assert.Equal(text, (await ReadAsync($"/v1/contents/c-h{n}")).GetProperty("description").Text("zh"));
            Assert.Equal(text, (await ReadAsync($"/v1/rooms/r-{n}")).GetProperty("title").Text("en"));
        }

        Assert.Equal(schema, server.Schema());
    }

    protected async Task RoomsKeepTextsAsTheyAre()
    {
        var schema = server.Schema();
        using var http = await NewOwnerAsync();
        await ActAsync(http, new { @do = "start" });
        await ActAsync(http, new { @do = "openPoll", id = Guid.NewGuid(), kind = "wordCloud", question = "?" });

        foreach (var text in HostileTexts.Visible)
        {
            await ActAsync(http, new { @do = "say", id = Guid.NewGuid(), text });
            var question = await ActAsync(http, new { @do = "ask", id = Guid.NewGuid(), text });
            await ActAsync(http, new { @do = "answer", question, text });
            var poll = await ActAsync(http, new
            {
                @do = "openPoll", id = Guid.NewGuid(), kind = "single", question = text,
                choices = new[] { Choice(text), "B" },
            });
            await ActAsync(http, new { @do = "closePoll", poll });
            await ActAsync(http, new { @do = "mute", user = "u-muted", @for = 60, reason = text });
        }
        var read = await ReadAllAsync(http);

        var said = read.Where(entry => entry.Text("kind") == "said").Select(entry => entry.Text("text"));
        var asked = read.Where(entry => entry.Text("kind") == "asked").Select(entry => entry.Text("text"));
        var polls = read.Where(entry => entry.Text("kind") == "pollOpened").Select(entry => entry.GetProperty("poll"))
            .Where(poll => poll.Text("kind") == "single").ToList();
        var reasons = read.Where(entry => entry.Text("kind") == "muted").Select(entry => entry.Text("reason"));
        Assert.Equal(HostileTexts.Visible, said);
        Assert.Equal(HostileTexts.Visible, asked);
        Assert.Equal(HostileTexts.Visible, polls.Select(poll => poll.Text("question")));
        Assert.Equal(
            HostileTexts.Visible.Select(Choice), polls.Select(poll => poll.GetProperty("choices")[0].GetString()!));
        Assert.Equal(HostileTexts.Visible, reasons);
        Assert.Equal(schema, server.Schema());
    }

    protected async Task AccountsKeepTextsAsTheyAre()
    {
        var schema = server.Schema();
        var (userName, session) = await server.NewNamedSessionAsync(null);
        using var http = server.With(session.Text("accessToken"));

        foreach (var text in HostileTexts.Nameable.Where(text => text.Length <= 64))
        {
            using var changed = await http.PatchAsJsonAsync("/v1/users/me", new { displayName = text });
            var (_, me) = await http.GetJsonAsync("/v1/users/me");
            var device = await server.SignInAsync(userName, text);
            var (_, sessions) = await http.GetJsonAsync("/v1/sessions");

            Assert.Equal((200, text), ((int)changed.StatusCode, me.Text("displayName")));
            Assert.Contains(
                sessions.GetProperty("items").EnumerateArray(),
                item => item.Text("session") == device.Text("session") && item.Text("device") == text);
        }

        Assert.Equal(schema, server.Schema());
    }

    protected async Task QuestionsAreAnsweredAndNothingElse()
    {
        var schema = server.Schema();
        using var @operator = server.With(
            MintedTokens.For(server.Services, "u-op", Who.User | Who.Operator));
        using var user = await server.NewUserAsync();

        foreach (var text in HostileTexts.All)
        {
            var escaped = Uri.EscapeDataString(text);
            foreach (var path in new[]
            {
                $"/v1/contents/{escaped}", $"/v1/rooms/{escaped}", $"/v1/rooms?community={escaped}",
                $"/v1/contents?creator={escaped}", $"/v1/contents?cursor={escaped}",
                $"/v1/recommendations?after={escaped}", $"/v1/recommendations?region={escaped}",
                $"/v1/communities/g-ai/leaders?period={escaped}",
            })
                await AnsweredAsync(user.Http, path);
            await AnsweredAsync(@operator, $"/v1/operator/users?query={escaped}&reason={escaped}");
            await AnsweredAsync(@operator, $"/v1/operator/audit?by={escaped}");
            var (tokens, _) = await server.Anonymous.PostJsonAsync(
                "/v1/tokens", new { userName = text, password = "correct horse" });
            var (events, _) = await user.Http.PostJsonAsync("/v1/events", new[]
            {
                new
                {
                    eventId = Guid.NewGuid(), kind = "searched", session = text[..Math.Min(64, text.Length)],
                    attributes = new Dictionary<string, string> { ["query"] = text },
                },
            });

            Assert.True(tokens is 401 or 429, $"{text}: {tokens}");
            Assert.Equal(200, events);
        }
        var verdict = await server.Services.GetRequiredService<IBooks>().VerifyAsync(null, CancellationToken.None);

        Assert.Null(verdict.Fault);
        Assert.Equal(schema, server.Schema());
    }

    /// <summary>As much of it as a choice of a poll may have.</summary>
    private static string Choice(string text) => text[..Math.Min(100, text.Length)];

    /// <summary>An answer is never something that a browser would take for a page.</summary>
    private static async Task AnsweredAsync(HttpClient http, string path)
    {
        using var answer = await http.GetAsync(new Uri(path, UriKind.Relative));
        var text = await answer.Content.ReadAsStringAsync();

        Assert.True((int)answer.StatusCode < 500, $"{path}: {(int)answer.StatusCode} {text}");
        Assert.EndsWith("json", answer.Content.Headers.ContentType!.MediaType, StringComparison.Ordinal);
        Assert.Equal("nosniff", answer.Headers.GetValues("X-Content-Type-Options").Single());
    }

    private async Task<JsonElement> ReadAsync(string path)
    {
        await AnsweredAsync(server.Service, path);
        return (await server.Service.GetJsonAsync(path)).Body;
    }

    private async Task<HttpClient> NewOwnerAsync()
    {
        await server.Service.CreateAsync("rooms", new
        {
            id = "r-hostile", community = "g-ai", creator = "k-lin", title = new { en = "Hostile" },
        });
        using var made = await server.Service.PutAsJsonAsync(
            $"/v1/communities/g-ai/members/{Owner}", new { role = "owner" });
        made.EnsureSuccessStatusCode();
        return server.With(MintedTokens.For(server.Services, Owner, Who.User));
    }

    /// <returns>The entry that it made; 0 if none.</returns>
    private static async Task<long> ActAsync(HttpClient http, object action)
    {
        using var answer = await http.PostAsJsonAsync("/v1/rooms/r-hostile/actions", action);
        Assert.True(answer.IsSuccessStatusCode, $"{action}: {await answer.Content.ReadAsStringAsync()}");
        var body = await answer.Content.ReadFromJsonAsync<JsonElement>();
        return body.TryGetProperty("seq", out var seq) ? seq.GetInt64() : 0;
    }

    private static async Task<List<JsonElement>> ReadAllAsync(HttpClient http)
    {
        var (read, after) = (new List<JsonElement>(), 0L);
        while (true)
        {
            var (_, page) = await http.GetJsonAsync($"/v1/rooms/r-hostile/entries?after={after}&limit=1000");
            read.AddRange(page.GetProperty("entries").EnumerateArray());
            if (!page.GetProperty("more").GetBoolean()) return read;
            after = page.GetProperty("through").GetInt64();
        }
    }
}

public sealed class HostileTextsOnSqliteTests(HostileSqlite server)
    : HostileTextTests(server), IClassFixture<HostileSqlite>
{
    [Fact]
    public Task CatalogueIsInert() => CatalogueKeepsTextsAsTheyAre();

    [Fact]
    public Task RoomsAreInert() => RoomsKeepTextsAsTheyAre();

    [Fact]
    public Task AccountsAreInert() => AccountsKeepTextsAsTheyAre();

    [Fact]
    public Task QuestionsDoNoHarm() => QuestionsAreAnsweredAndNothingElse();
}

public sealed class HostileTextsOnPostgresTests(HostilePostgres server)
    : HostileTextTests(server), IClassFixture<HostilePostgres>
{
    [PostgresFact]
    public Task CatalogueIsInert() => CatalogueKeepsTextsAsTheyAre();

    [PostgresFact]
    public Task RoomsAreInert() => RoomsKeepTextsAsTheyAre();

    [PostgresFact]
    public Task AccountsAreInert() => AccountsKeepTextsAsTheyAre();

    [PostgresFact]
    public Task QuestionsDoNoHarm() => QuestionsAreAnsweredAndNothingElse();
}
