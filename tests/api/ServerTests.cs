using System.Net.Http.Json;
using System.Text.Json;
using static Engage.Api.Tests.HttpCalls;

namespace Engage.Api.Tests;

public sealed class ServerTests : IAsyncLifetime, IDisposable
{
    private readonly RunningServer _server = new();

    public Task InitializeAsync() => _server.InitializeAsync();

    public Task DisposeAsync() => _server.DisposeAsync();

    public void Dispose() => _server.Dispose();

    [Fact]
    public async Task RestartedServerGoesOnFromItsData()
    {
        var named = new { eventId = Guid.NewGuid(), user = "u-stays", kind = "liked", content = "c-5" };
        await _server.Service.PostJsonAsync("/v1/events", new[] { named });
        await _server.DrainedAsync();
        var (_, before) = await _server.Service.GetJsonAsync("/v1/activity/progress");

        await _server.StopAsync();
        await _server.StartAsync();
        await _server.DrainedAsync();

        var (_, user) = await _server.Service.GetJsonAsync("/v1/activity/users/u-stays");
        var (_, content) = await _server.Service.GetJsonAsync("/v1/contents/c-5");
        var (_, retried) = await _server.Service.PostJsonAsync("/v1/events", new[] { named });
        var (_, after) = await _server.Service.GetJsonAsync("/v1/activity/progress");
        Assert.Equal(1, user.GetProperty("counters").GetProperty("liked").GetInt64());
        Assert.Equal(1, content.GetProperty("counters").GetProperty("liked").GetInt64());
        Assert.Equal(1, retried.GetProperty("duplicates").GetInt32());
        Assert.Equal(
            before.GetProperty("model").GetProperty("examples").GetInt64(),
            after.GetProperty("model").GetProperty("examples").GetInt64());
    }

    [Fact]
    public async Task HealthAndDescriptionNeedNoToken()
    {
        using var alive = await _server.Anonymous.GetAsync(new Uri("/healthz", UriKind.Relative));
        var (ready, _) = await _server.Anonymous.GetJsonAsync("/readyz");
        var (described, openApi) = await _server.Anonymous.GetJsonAsync("/openapi/v1.json");

        Assert.Equal((200, 200, 200), ((int)alive.StatusCode, ready, described));
        Assert.True(openApi.GetProperty("paths").TryGetProperty("/v1/events", out _));
    }

    [Fact]
    public async Task UnknownPathIsAProblem()
    {
        var (status, body) = await _server.Service.GetJsonAsync("/v1/nothing-here");

        Assert.Equal(404, status);
        Assert.EndsWith("/not-found", body.Text("type"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task WrongMethodIsAProblemThatNamesTheRightOnes()
    {
        using var answer = await _server.Service.PutAsync(new Uri("/v1/events", UriKind.Relative), null);

        var body = await answer.Content.ReadFromJsonAsync<JsonElement>();
        Assert.Equal(405, (int)answer.StatusCode);
        Assert.Contains("POST", body.Text("detail"), StringComparison.Ordinal);
    }
}
