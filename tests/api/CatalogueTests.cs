namespace Engage.Api.Tests;

public sealed class CatalogueTests(RunningServer server) : IClassFixture<RunningServer>
{
    [Fact]
    public async Task CreatingAgainIsHarmlessAndCreatingDifferentlyIsAConflict()
    {
        var definition = RunningServer.NewContent("c-again", "k-lin");

        var (created, _) = await server.Service.PostJsonAsync("/v1/contents", definition);
        var (again, _) = await server.Service.PostJsonAsync("/v1/contents", definition);
        var (differently, problem) = await server.Service.PostJsonAsync(
            "/v1/contents", RunningServer.NewContent("c-again", "k-ada"));

        Assert.Equal((201, 200, 409), (created, again, differently));
        Assert.Equal("c-again", problem.Text("id"));
    }

    [Fact]
    public async Task RetryWithoutPublicationTimeIsTheSameDefinition()
    {
        var definition = new
        {
            id = "c-now",
            contentKind = "article",
            creator = "k-lin",
            community = "g-ai",
            title = new { en = "Now" },
        };

        var (created, first) = await server.Service.PostJsonAsync("/v1/contents", definition);
        var (again, second) = await server.Service.PostJsonAsync("/v1/contents", definition);

        Assert.Equal((201, 200), (created, again));
        Assert.Equal(first.Text("publishedAt"), second.Text("publishedAt"));
    }

    [Fact]
    public async Task PagesCoverEverythingOnceInOrderOfCreation()
    {
        var seen = new List<string>();

        long? cursor = null;
        do
        {
            var (_, page) = await server.Service.GetJsonAsync(
                $"/v1/contents?community=g-ai&limit=7&cursor={cursor ?? 0}");
            seen.AddRange(page.GetProperty("items").EnumerateArray().Select(item => item.Text("id")));
            cursor = page.TryGetProperty("cursor", out var next) ? next.GetInt64() : null;
        }
        while (cursor is not null);

        Assert.Equal(seen.Distinct(), seen);
        Assert.Equal(
            Enumerable.Range(1, 20).Select(i => $"c-{i}"),
            seen.Where(id => int.TryParse(id.AsSpan(2), out _)));
    }

    [Fact]
    public async Task ContentsOfACreatorAreHersAlone()
    {
        var (_, page) = await server.Service.GetJsonAsync("/v1/contents?creator=k-lin&limit=200");

        Assert.All(page.GetProperty("items").EnumerateArray(), item => Assert.Equal("k-lin", item.Text("creator")));
    }

    [Theory]
    [InlineData("k-nobody", "g-ai", "creator")]
    [InlineData("k-lin", "g-nowhere", "community")]
    public async Task MissingReferencesAreNamed(string creator, string community, string field)
    {
        var (status, body) = await server.Service.PostJsonAsync("/v1/contents", new
        {
            id = "c-orphan", contentKind = "course", creator, community, title = new { en = "Orphan" },
        });

        Assert.Equal(400, status);
        Assert.StartsWith(field, body.Text("detail"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task BadDefinitionSaysWhatIsWrong()
    {
        var (status, body) = await server.Service.PostJsonAsync(
            "/v1/communities", new { id = "has space", name = new { } });

        Assert.Equal(400, status);
        Assert.Contains("id:", body.Text("detail"), StringComparison.Ordinal);
        Assert.Contains("name:", body.Text("detail"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("course, lecture")]
    [InlineData("Course")]
    [InlineData("1")]
    public async Task KindIsExactlyOneName(string contentKind)
    {
        var (status, body) = await server.Service.PostJsonAsync("/v1/contents", new
        {
            id = "c-kind", contentKind, creator = "k-lin", community = "g-ai", title = new { en = "Kind" },
        });

        Assert.Equal(400, status);
        Assert.Contains("contentKind", body.Text("detail"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task AbsentListsMayBeSaidToBeNull()
    {
        var (creator, _) = await server.Service.PostJsonAsync(
            "/v1/creators", new { id = "k-null", name = new { en = "K" }, communities = (string[]?)null });
        var (content, body) = await server.Service.PostJsonAsync("/v1/contents", new
        {
            id = "c-null", contentKind = "audio", creator = "k-null", community = "g-ai",
            title = new { en = "N" }, tags = (string[]?)null,
        });

        Assert.Equal((201, 201), (creator, content));
        Assert.Empty(body.GetProperty("tags").EnumerateArray());
    }

    [Theory]
    [InlineData("/v1/contents/c-none", "c-none")]
    [InlineData("/v1/creators/k-none", "k-none")]
    [InlineData("/v1/contents/c-none/similar", "c-none")]
    public async Task WhatDoesNotExistIsNotFoundByItsId(string path, string id)
    {
        var (status, body) = await server.Service.GetJsonAsync(path);

        Assert.Equal(404, status);
        Assert.Equal(id, body.Text("id"));
    }
}
