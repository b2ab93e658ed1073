using System.Net;
using System.Net.Http.Json;
using System.Text.Json;

namespace Engage.Api.Tests;

public sealed class MembersTests(RunningServer server) : IClassFixture<RunningServer>
{
    [Fact]
    public async Task ServiceMakesAnOwnerWhoMakesAModeratorWhoSeesTheList()
    {
        using var owner = await server.NewUserAsync();
        using var moderator = await server.NewUserAsync();
        var community = await NewCommunityAsync();

        var (_, first) = await PutAsync(server.Service, community, owner.User, "owner");
        var (status, second) = await PutAsync(owner.Http, community, moderator.User, "moderator");
        var (_, list) = await moderator.Http.GetJsonAsync($"/v1/communities/{community}/members");

        Assert.Equal("owner", first.Text("role"));
        Assert.Equal((200, "moderator", moderator.User), (status, second.Text("role"), second.Text("user")));
        Assert.Equal(
            new[] { owner.User, moderator.User }.Order(StringComparer.Ordinal),
            list.GetProperty("items").EnumerateArray().Select(item => item.Text("user")));
    }

    [Fact]
    public async Task ListComesInPages()
    {
        var community = await NewCommunityAsync();
        for (var i = 0; i < 5; i++) await PutAsync(server.Service, community, $"u-page-{i}", "member");

        var (_, first) = await server.Service.GetJsonAsync($"/v1/communities/{community}/members?limit=3");
        var (_, second) = await server.Service.GetJsonAsync(
            $"/v1/communities/{community}/members?limit=3&cursor={first.Text("cursor")}");

        Assert.Equal(
            ["u-page-0", "u-page-1", "u-page-2", "u-page-3", "u-page-4"],
            first.GetProperty("items").EnumerateArray().Concat(second.GetProperty("items").EnumerateArray())
                .Select(item => item.Text("user")));
        Assert.False(second.TryGetProperty("cursor", out _));
    }

    [Fact]
    public async Task NobodyGivesRolesWithoutOwningTheCommunity()
    {
        using var user = await server.NewUserAsync();
        using var owner = await server.NewUserAsync();
        var community = await NewCommunityAsync();
        await PutAsync(server.Service, community, owner.User, "owner");

        var (visitor, problem) = await PutAsync(user.Http, community, user.User, "owner");
        var (last, _) = await PutAsync(owner.Http, community, owner.User, "member");
        var (list, _) = await user.Http.GetJsonAsync($"/v1/communities/{community}/members");
        var (own, member) = await user.Http.GetJsonAsync($"/v1/communities/{community}/members/{user.User}");

        Assert.Equal((403, 403, 403), (visitor, last, list));
        Assert.EndsWith("/forbidden", problem.Text("type"), StringComparison.Ordinal);
        Assert.Equal((200, "visitor"), (own, member.Text("role")));
    }

    [Theory]
    [InlineData("g-nowhere", "u-1", "member", HttpStatusCode.NotFound)]
    [InlineData("g-ai", "not%20an%20id", "member", HttpStatusCode.NotFound)]
    [InlineData("g-ai", "u-1", "king", HttpStatusCode.BadRequest)]
    [InlineData("g-ai", "u-1", null, HttpStatusCode.BadRequest)]
    public async Task WhatDoesNotExistIsAProblem(string community, string user, string? role, HttpStatusCode expected)
    {
        var (status, problem) = await PutAsync(server.Service, community, user, role);

        Assert.Equal((int)expected, status);
        Assert.NotEmpty(problem.Text("detail"));
    }

    private async Task<string> NewCommunityAsync()
    {
        var id = $"g-{Guid.NewGuid():n}";
        await server.Service.CreateAsync("communities", new { id, name = new { en = "Members" } });
        return id;
    }

    private static async Task<(int Status, JsonElement Body)> PutAsync(
        HttpClient http, string community, string user, string? role)
    {
        using var answer = await http.PutAsJsonAsync($"/v1/communities/{community}/members/{user}", new { role });
        return ((int)answer.StatusCode, await answer.Content.ReadFromJsonAsync<JsonElement>());
    }
}
