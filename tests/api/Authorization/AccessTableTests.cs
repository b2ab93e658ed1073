using System.Runtime.CompilerServices;
using Engage.Api.Authorization;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Patterns;
using Microsoft.Extensions.DependencyInjection;

namespace Engage.Api.Tests.Authorization;

public sealed class AccessTableTests(RunningServer server) : IClassFixture<RunningServer>
{
    private EndpointDataSource Endpoints => server.Services.GetRequiredService<EndpointDataSource>();

    private AccessIndex Index => server.Services.GetRequiredService<AccessIndex>();

    [Fact]
    public void EverySurfaceHasALine()
    {
        var missing = AccessCheck.Missing(Endpoints, Index);

        Assert.Empty(missing);
    }

    [Fact]
    public void EveryLineHasASurface()
    {
        var idle = AccessCheck.Idle(Endpoints, Index);

        Assert.Empty(idle);
    }

    [Fact]
    public void NoRouteSaysByItselfWhoMayOrHowItIsCounted()
    {
        var outside = Endpoints.Endpoints.Where(endpoint =>
            endpoint.Metadata.GetMetadata<IAuthorizeData>() is not null
            || endpoint.Metadata.GetMetadata<IAllowAnonymous>() is not null
            || endpoint.Metadata.GetMetadata<EnableRateLimitingAttribute>() is not null);

        Assert.Empty(outside);
    }

    [Fact]
    public void RouteOrMethodWithoutALineIsFound()
    {
        var forgotten = new AccessIndex(
            AccessTable.Rules.Where(rule => rule.Surface is not ("GET /v1/inbox" or "hub Act")));

        var missing = AccessCheck.Missing(Endpoints, forgotten);

        Assert.Equal(["GET /v1/inbox", "hub Act"], missing);
    }

    [Fact]
    public async Task ServerWithAForgottenLineDoesNotStart()
    {
        using var forgetful = new ForgetfulServer();

        var refused = await Assert.ThrowsAsync<InvalidOperationException>(forgetful.StartAsync);

        Assert.Contains("GET /v1/inbox", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void SurfaceHasOneLine()
    {
        var twice = Assert.Throws<ArgumentException>(
            () => new AccessIndex([.. AccessTable.Rules, AccessTable.Rules[0]]));

        Assert.Contains(AccessTable.Rules[0].Surface, twice.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void GroupsAndTrailingSlashesReadAsTheTableWritesThem()
    {
        var endpoint = new RouteEndpoint(
            _ => Task.CompletedTask, RoutePatternFactory.Parse("/v1/rooms/"), 0,
            new EndpointMetadataCollection(new HttpMethodMetadata(["GET"])), null);

        Assert.Equal(["GET /v1/rooms"], AccessIndex.SurfacesOf(endpoint));
        Assert.NotNull(Index.Of(endpoint, "GET"));
        Assert.Null(Index.Of(endpoint, "DELETE"));
    }

    [Fact]
    public async Task DocumentIsTheTable()
    {
        var path = Path.GetFullPath(Path.Combine(Folder(), "..", "..", "..", "docs", "authorization.md"));
        var expected = AccessDocument.Write(AccessTable.Rules);
        if (Environment.GetEnvironmentVariable("ENGAGE_REWRITE") == "1") await File.WriteAllTextAsync(path, expected);

        var actual = await File.ReadAllTextAsync(path);

        Assert.True(expected == actual, $"{path} is not the table; rewrite it with ENGAGE_REWRITE=1.");
    }

    private static string Folder([CallerFilePath] string path = "") => Path.GetDirectoryName(path)!;

    private sealed class ForgetfulServer : RunningServer
    {
        protected override void Replace(IServiceCollection services) => services.AddSingleton(
            _ => new AccessIndex(AccessTable.Rules.Where(rule => rule.Surface != "GET /v1/inbox")));
    }
}
