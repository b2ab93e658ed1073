using System.Text.Json;
using static Engage.Api.Tests.HttpCalls;

namespace Engage.Api.Tests;

public sealed class ModelTests(RunningServer server) : IClassFixture<RunningServer>
{
    [Fact]
    public async Task AServiceReadsHowLearningGoes()
    {
        await server.Service.PostJsonAsync("/v1/events", new[]
        {
            new { eventId = Guid.NewGuid(), user = "u-learned", kind = "completed", content = "c-1" },
        });
        await server.DrainedAsync();

        var (status, report) = await server.Service.GetJsonAsync("/v1/model");

        Assert.Equal(200, status);
        Assert.True(report.GetProperty("examples").GetInt64() >= 1);
        Assert.True(report.GetProperty("ranking").GetProperty("rate").GetDouble() > 0);
        Assert.Equal(0, report.GetProperty("guard").GetProperty("rollbacks").GetInt64());
        Assert.True(report.GetProperty("engagement").TryGetProperty("auc", out _));
    }

    [Fact]
    public async Task AParticipantMayNot()
    {
        using var user = await server.NewUserAsync();

        var (status, body) = await user.Http.GetJsonAsync("/v1/model");

        Assert.Equal(403, status);
        Assert.EndsWith("/forbidden", body.Text("type"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task AnImpressionIsJoinedWithWhatFollows()
    {
        using var user = await server.NewUserAsync();
        var (_, before) = await server.Service.GetJsonAsync("/v1/model");
        var (_, feed) = await user.Http.GetJsonAsync("/v1/recommendations?limit=2");
        var item = feed.GetProperty("items")[0];
        var attributes = new Dictionary<string, string>
        {
            ["slot"] = "0",
            ["propensity"] = item.GetProperty("propensity").GetRawText(),
            ["explored"] = item.GetProperty("explored").GetRawText(),
        };

        await user.Http.PostJsonAsync("/v1/events", new object[]
        {
            new { eventId = Guid.NewGuid(), kind = "impression", content = item.Text("content"), attributes },
            new { eventId = Guid.NewGuid(), kind = "viewed", content = item.Text("content") },
        });
        await server.DrainedAsync();

        var (_, after) = await server.Service.GetJsonAsync("/v1/model");
        Assert.Equal(Joined(before) + 1, Joined(after));
    }

    [Theory]
    [InlineData("slot", "100")]
    [InlineData("slot", "first")]
    [InlineData("propensity", "0")]
    [InlineData("propensity", "1.5")]
    [InlineData("propensity", "NaN")]
    [InlineData("explored", "perhaps")]
    public async Task AnImpressionWithAnImpossibleSlotIsRefused(string name, string value)
    {
        using var user = await server.NewUserAsync();
        var attributes = new Dictionary<string, string> { [name] = value };

        var (status, body) = await user.Http.PostJsonAsync("/v1/events", new[]
        {
            new { eventId = Guid.NewGuid(), kind = "impression", content = "c-1", attributes },
        });

        Assert.Equal(422, status);
        Assert.Contains(
            name, body.GetProperty("results")[0].Text("error"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task AServiceMeasuresWithoutDrawsUnlessItAsksForThem()
    {
        var (_, measured) = await server.Service.GetJsonAsync("/v1/recommendations?user=u-any&limit=5");
        var (_, looked) = await server.Service.GetJsonAsync("/v1/recommendations?user=u-any&limit=5&explore=true");

        Assert.All(Propensities(measured), propensity => Assert.Equal(1, propensity));
        Assert.All(Propensities(looked), propensity => Assert.InRange(propensity, 0, 0.99));
    }

    private static long Joined(JsonElement report) =>
        report.GetProperty("engagement").GetProperty("joined").GetInt64();

    private static double[] Propensities(JsonElement feed) =>
        [.. feed.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("propensity").GetDouble())];
}
