using System.Net.Http.Json;
using System.Text.Json;
using Engage.Api.Authorization;
using Engage.Api.Tests.Authorization;
using Engage.Contracts.Texts;
using Engage.LoadGen.Realtime;
using Engage.Postgres.Facts;
using Engage.Storage.Books;
using Microsoft.AspNetCore.SignalR;
using Microsoft.Extensions.DependencyInjection;

namespace Engage.Api.Tests.Hostile;

/// <summary>
/// The corpus through every field that a request has, found in the signatures of the running server: what is kept is
/// given back letter by letter, what has a shape is refused, nothing is ever a page, and the database is unharmed.
/// </summary>
public abstract class TextFieldTests(HostileServer server)
{
    private static readonly string[] MayShrink =
        ["grain_state", "orleansstorage", "reminder", "orleansreminderstable", "model_piece"];

    protected async Task EveryFieldHasAProbe()
    {
        using var world = await HostileWorld.OpenAsync(server);
        var fields = TextFields.OfBodies(server.Services);
        var probes = TextProbes.Of(world).ToDictionary(probe => probe.Surface);

        var without = fields.Where(field => !probes.ContainsKey(field.Surface));
        var idle = probes.Keys.Except(fields.Select(field => field.Surface));
        var unknown = probes.Values.SelectMany(probe => probe.Kept.Keys.Concat(probe.Taken)
            .Select(path => new TextField(probe.Surface, path))).Except(fields);

        Assert.Empty(without);
        Assert.Empty(idle);
        Assert.Empty(unknown);
    }

    protected async Task BodiesAreKeptOrRefused()
    {
        using var world = await HostileWorld.OpenAsync(server);
        var probes = TextProbes.Of(world).ToDictionary(probe => probe.Surface);
        var (schema, rows) = (server.Schema(), server.Rows());

        var wrong = new List<string>();
        foreach (var field in TextFields.OfBodies(server.Services).Where(field => probes.ContainsKey(field.Surface)))
            foreach (var text in HostileTexts.All)
                if (await ProbeAsync(world, probes[field.Surface], field.Path, text) is { } complaint)
                    wrong.Add($"{field} '{text}': {complaint}");

        Assert.True(wrong.Count == 0, Summary(wrong));
        await UnharmedAsync(schema, rows);
    }

    protected async Task AddressesAreAnsweredAsData()
    {
        using var world = await HostileWorld.OpenAsync(server);
        using var user = server.With(MintedTokens.For(server.Services, "u-address", Who.User | Who.Operator));
        var rules = AccessTable.Rules.ToDictionary(rule => rule.Surface);
        var (schema, rows) = (server.Schema(), server.Rows());

        var wrong = new List<string>();
        foreach (var field in TextFields.OfAddresses(server.Services))
            foreach (var text in HostileTexts.All)
            {
                var http = rules[field.Surface].Admits(Who.User | Who.Operator) ? user : server.Service;
                using var request = AddressOf(field, text);
                using var answer = await http.SendAsync(request);
                if (await ComplaintAsync(answer) is { } complaint) wrong.Add($"{field} '{text}': {complaint}");
            }

        Assert.True(wrong.Count == 0, Summary(wrong));
        await UnharmedAsync(schema, rows);
    }

    protected async Task HubIsAnsweredAsData()
    {
        await using var hub = await HubClient.ConnectAsync(
            server.Address, MintedTokens.For(server.Services, "u-hub", Who.User));
        var fields = TextFields.OfHub();
        var (schema, rows) = (server.Schema(), server.Rows());

        var wrong = new List<string>();
        foreach (var method in fields.GroupBy(field => field.Surface))
            foreach (var text in HostileTexts.All)
                try
                {
                    await hub.CallAsync(method.Key["hub ".Length..], [.. method.Select(_ => (object)text)]);
                    if (method.Key is not "hub Typing" and not "hub LeaveRoom" and not "hub StopDashboard")
                        wrong.Add($"{method.Key} '{text}': taken");
                }
                catch (HubException refused)
                {
                    if (!refused.Message.Contains("/problems/", StringComparison.Ordinal)
                        || refused.Message.Contains("/internal", StringComparison.Ordinal))
                        wrong.Add($"{method.Key} '{text}': {refused.Message}");
                }

        Assert.True(wrong.Count == 0, Summary(wrong));
        await UnharmedAsync(schema, rows);
    }

    /// <returns>What is wrong with how it was answered; null: nothing.</returns>
    private static async Task<string?> ProbeAsync(HostileWorld world, TextProbe probe, string path, string text)
    {
        var (address, body) = await probe.Make();
        var method = new HttpMethod(probe.Surface[..probe.Surface.IndexOf(' ', StringComparison.Ordinal)]);
        using var request = new HttpRequestMessage(method, address)
        {
            Content = JsonContent.Create(TextProbe.Put(body, path, text)),
        };
        request.Headers.Add("Idempotency-Key", $"{Guid.NewGuid()}");
        using var answer = await world[probe.By].SendAsync(request);
        if (await ComplaintAsync(answer) is { } complaint) return complaint;

        var said = await answer.Content.ReadAsStringAsync();
        if (probe.Refuses(path)) return answer.IsSuccessStatusCode ? $"taken: {said}" : null;
        if (!probe.Kept.TryGetValue(path, out var lengthMax)) return null;
        var mayRefuse = text.Length > lengthMax || HiddenCharacters.WhatIsWrong(text) is not null;
        if (!answer.IsSuccessStatusCode) return mayRefuse ? null : $"refused: {said}";
        if (HostileTexts.IsTidied(text)) return null;

        var made = JsonSerializer.Deserialize<JsonElement>(said);
        var read = made;
        if (probe.ReadAt is { } where) (_, read) = await world[probe.By].GetJsonAsync(where(made));
        if (probe.After is { } tidy) await tidy(made);
        return Texts(read).Contains(text) ? null : $"not given back: {read}";
    }

    private static HttpRequestMessage AddressOf(TextField field, string text)
    {
        var (method, path) = field.Surface.Split(' ', 2) is [var verb, var rest] ? (verb, rest) : default;
        var escaped = Uri.EscapeDataString(text);
        path = field.Path[0] == '{'
            ? path.Replace(field.Path, escaped, StringComparison.Ordinal)
            : $"{path}{field.Path}={escaped}";
        var request = new HttpRequestMessage(
            new(method == AccessIndex.AnyMethod ? "GET" : method),
            path.Replace("{id}", "g-ai", StringComparison.Ordinal).Replace("{", "", StringComparison.Ordinal)
                .Replace("}", "", StringComparison.Ordinal));
        if (method is "POST" or "PUT" or "PATCH") request.Content = JsonContent.Create(new { });
        return request;
    }

    /// <summary>An answer is never a failure, and never something that a browser would take for a page.</summary>
    private static async Task<string?> ComplaintAsync(HttpResponseMessage answer)
    {
        var type = answer.Content.Headers.ContentType?.MediaType;
        var text = await answer.Content.ReadAsStringAsync();
        return (int)answer.StatusCode >= 500 && (int)answer.StatusCode != 503 ? $"{(int)answer.StatusCode} {text}"
            : text.Length > 0 && type?.EndsWith("json", StringComparison.Ordinal) != true && type != "text/plain"
                ? $"answered as {type}"
            : !answer.Headers.TryGetValues("X-Content-Type-Options", out var sniff) || sniff.Single() != "nosniff"
                ? "a browser may guess what it is"
            : answer.Headers.TryGetValues("Set-Cookie", out var cookies)
                && cookies.Any(cookie => cookie.StartsWith("a=", StringComparison.Ordinal))
                ? "brought a header of its own"
            : null;
    }

    /// <summary>Nothing was dropped, taken away or changed behind the platform's back.</summary>
    private async Task UnharmedAsync(IReadOnlyList<string> schema, IReadOnlyDictionary<string, long> rows)
    {
        var verdict = await server.Services.GetRequiredService<IBooks>().VerifyAsync(null, CancellationToken.None);
        var now = server.Rows();

        Assert.Null(verdict.Fault);
        Assert.Equal(schema, server.Schema());
        Assert.DoesNotContain(rows, table => !MayShrink.Contains(table.Key) && now[table.Key] < table.Value);
    }

    /// <returns>Of each field how many texts went wrong, and the first of them.</returns>
    private static string Summary(IEnumerable<string> wrong) => string.Join(
        '\n', wrong.GroupBy(it => it.Split('\'')[0]).Select(field => $"{field.Count()}x {field.First()}"));

    private static IEnumerable<string> Texts(JsonElement json) => json.ValueKind switch
    {
        JsonValueKind.Object => json.EnumerateObject().SelectMany(property => Texts(property.Value)),
        JsonValueKind.Array => json.EnumerateArray().SelectMany(Texts),
        JsonValueKind.String => [json.GetString()!],
        _ => [],
    };
}

public sealed class TextFieldsOnSqliteTests(HostileSqlite server)
    : TextFieldTests(server), IClassFixture<HostileSqlite>
{
    [Fact]
    public Task EveryFieldOfEveryBodyIsProbed() => EveryFieldHasAProbe();

    [Fact]
    public Task BodiesAreInert() => BodiesAreKeptOrRefused();

    [Fact]
    public Task AddressesAreInert() => AddressesAreAnsweredAsData();

    [Fact]
    public Task HubIsInert() => HubIsAnsweredAsData();
}

public sealed class TextFieldsOnPostgresTests(HostilePostgres server)
    : TextFieldTests(server), IClassFixture<HostilePostgres>
{
    [PostgresFact]
    public Task BodiesAreInert() => BodiesAreKeptOrRefused();

    [PostgresFact]
    public Task AddressesAreInert() => AddressesAreAnsweredAsData();
}
