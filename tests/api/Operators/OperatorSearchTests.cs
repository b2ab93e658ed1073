using System.Text.Json;
using Engage.Api.Authorization;
using Engage.Api.Operators;
using Engage.Api.Tests.Authorization;
using Engage.Storage.Books;
using Microsoft.Extensions.DependencyInjection;

namespace Engage.Api.Tests.Operators;

public sealed class OperatorSearchTests(RunningServer server) : IClassFixture<RunningServer>
{
    [Fact]
    public async Task PersonIsFoundByExactlyHerIdHerNameOrNothing()
    {
        var (userName, session) = await server.NewNamedSessionAsync(null);
        using var @operator = NewOperator(out _);

        var (_, byName) = await @operator.GetJsonAsync($"/v1/operator/users?query={userName}&reason=asked");
        var (_, byId) = await @operator.GetJsonAsync($"/v1/operator/users?query={session.Text("user")}&reason=asked");
        var (status, byPart) = await @operator.GetJsonAsync($"/v1/operator/users?query={userName[..^1]}&reason=asked");

        Assert.Equal((userName, "name"), (Only(byName).Text("userName"), Only(byName).Text("foundBy")));
        Assert.Equal((session.Text("user"), "id"), (Only(byId).Text("user"), Only(byId).Text("foundBy")));
        Assert.Equal((200, 0), (status, byPart.GetProperty("items").GetArrayLength()));
    }

    [Theory]
    [InlineData("lin", false)]
    [InlineData("a-name-that-is-as-long-as-may-be", false)]
    [InlineData("u-0198c5b2f6e47d3a9b1c5e7f90a2b4c6", true)]
    public void NameIsNotAskedForAsTheIdOfAnActor(string query, bool mayBeId) =>
        Assert.Equal(mayBeId, UserSearch.MayBeId(query));

    [Fact]
    public async Task EachLookIsRecordedAndNamesNobodyButByIds()
    {
        var (userName, session) = await server.NewNamedSessionAsync(null);
        using var @operator = NewOperator(out var id);

        await @operator.GetJsonAsync($"/v1/operator/users?query={userName}&reason=asked");
        await @operator.GetJsonAsync("/v1/operator/users?query=somebody.else@example.org&reason=asked");
        var (_, own) = await @operator.GetJsonAsync($"/v1/operator/audit?by={id}");
        var (_, about) = await @operator.GetJsonAsync($"/v1/operator/audit?user={session.Text("user")}");

        var records = own.GetProperty("items").EnumerateArray().ToList();
        Assert.Equal(2, records.Count);
        Assert.False(records[0].TryGetProperty("user", out _));
        Assert.Equal((session.Text("user"), "name"), (records[1].Text("user"), records[1].Text("how")));
        Assert.All(records, record => Assert.Equal("asked", record.Text("reason")));
        Assert.Equal(id, Only(about).Text("by"));
        Assert.DoesNotContain(userName, own.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("example.org", own.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task WhoMayTakeACreatorsMoneyIsRecorded()
    {
        using var user = await server.NewUserAsync();
        using var @operator = NewOperator(out var id);
        var path = new Uri($"/v1/creators/k-ada/owners/{user.User}", UriKind.Relative);

        using var granted = await @operator.PutAsync(path, null);
        using var taken = await @operator.DeleteAsync(path);
        var (_, about) = await @operator.GetJsonAsync($"/v1/operator/audit?user={user.User}");

        Assert.Equal((204, 204), ((int)granted.StatusCode, (int)taken.StatusCode));
        Assert.Equal(
            [(id, "creator-owner-remove", "k-ada"), (id, "creator-owner-add", "k-ada")],
            about.GetProperty("items").EnumerateArray()
                .Select(record => (record.Text("by"), record.Text("what"), record.Text("reason"))));
    }

    [Fact]
    public async Task AuditComesInPagesNewestFirstAndTheBooksStayWhole()
    {
        using var @operator = NewOperator(out var id);
        for (var i = 0; i < 5; i++) await @operator.GetJsonAsync($"/v1/operator/users?query=u-nobody-{i}&reason=asked");

        var (_, first) = await @operator.GetJsonAsync($"/v1/operator/audit?by={id}&limit=3");
        var cursor = first.GetProperty("cursor").GetInt64();
        var (_, second) = await @operator.GetJsonAsync($"/v1/operator/audit?by={id}&limit=3&cursor={cursor}");
        var verdict = await server.Services.GetRequiredService<IBooks>().VerifyAsync(null, CancellationToken.None);

        var times = first.GetProperty("items").EnumerateArray().Concat(second.GetProperty("items").EnumerateArray())
            .Select(record => record.Text("id")).ToList();
        Assert.Equal(5, times.Distinct().Count());
        Assert.Equal(times.OrderDescending(StringComparer.Ordinal), times);
        Assert.Null(verdict.Fault);
    }

    [Theory]
    [InlineData("/v1/operator/users")]
    [InlineData("/v1/operator/users?query=lin")]
    [InlineData("/v1/operator/users?query=&reason=asked")]
    [InlineData("/v1/operator/audit?limit=0")]
    [InlineData("/v1/operator/audit?cursor=-1")]
    [InlineData("/v1/operator/audit?by=u-1&user=u-2")]
    [InlineData("/v1/operator/audit?by=not%20an%20id")]
    public async Task BadQuestionIsAProblem(string path)
    {
        using var @operator = NewOperator(out _);

        var (status, problem) = await @operator.GetJsonAsync(path);

        Assert.Equal(400, status);
        Assert.EndsWith("/invalid-request", problem.Text("type"), StringComparison.Ordinal);
    }

    private HttpClient NewOperator(out string id)
    {
        id = $"u-{Guid.NewGuid():n}";
        return server.With(MintedTokens.For(server.Services, id, Who.User | Who.Operator));
    }

    private static JsonElement Only(JsonElement answer) =>
        Assert.Single(answer.GetProperty("items").EnumerateArray().ToList());
}
