using Engage.Api.Authorization;

namespace Engage.Api.Tests.Authorization;

/// <summary>What the table leaves to the handlers, since it is in the body: own and other, once each.</summary>
public sealed class BodyRuleTests(WalkWorld world) : IClassFixture<WalkWorld>
{
    [Theory]
    [InlineData("g-own", "k-own", 201)]
    [InlineData("g-other", "k-other", 403)]
    [InlineData("g-own", "k-other", 403)]
    public async Task RoomIsMadeByWhoModeratesItsCommunity(string community, string creator, int expected)
    {
        using var http = Walker();

        var (status, _) = await http.PostJsonAsync("/v1/rooms", new
        {
            id = $"r-{Guid.NewGuid():n}", community, creator, title = new { en = "Room" },
        });

        Assert.Equal(expected, status);
    }

    [Theory]
    [InlineData(null, 200)]
    [InlineData(WalkWorld.Walker, 200)]
    [InlineData(WalkWorld.Somebody, 422)]
    [InlineData("U-WALKER", 422)]
    [InlineData("", 422)]
    public async Task EventsAreOnesOwn(string? user, int expected)
    {
        using var http = Walker();

        var (status, _) = await http.PostJsonAsync(
            "/v1/events", new[] { new { eventId = Guid.NewGuid(), user, kind = "viewed", content = "c-1" } });

        Assert.Equal(expected, status);
    }

    [Theory]
    [InlineData("r-own", 200)]
    [InlineData("r-other", 403)]
    public async Task RoomIsStartedByWhoModeratesIt(string room, int expected)
    {
        using var http = Walker();

        var (status, _) = await http.PostJsonAsync($"/v1/rooms/{room}/actions", new { @do = "start" });

        Assert.Equal(expected, status);
    }

    private HttpClient Walker() =>
        world.With(MintedTokens.For(world.Services, WalkWorld.Walker, Who.User));
}
