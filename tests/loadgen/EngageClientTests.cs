using System.Net;
using Engage.LoadGen.Protocol;
using Microsoft.AspNetCore.Http;

namespace Engage.LoadGen.Tests;

public sealed class EngageClientTests
{
    private static readonly EventMessage Event = new()
    {
        EventId = new("0199b5f0-7c1e-7000-8000-3d2f6c1a9b10"),
        User = "u-1",
        Kind = "viewed",
        Content = "c-1",
    };

    private readonly SkippingTime _time = new();

    [Fact]
    public async Task BusyServerIsAskedAgainNoSoonerThanItWished()
    {
        await using var stub = await StubPlatform.StartAsync();
        using var client = await ClientAsync(stub);
        stub.BeforeEvents = (http, batch) => Answer(http, batch == 1, 429, retryAfter: "3");

        var answer = await client.SendEventsAsync([Event], CancellationToken.None);

        Assert.Equal(1, answer.Accepted);
        Assert.Equal([TimeSpan.FromSeconds(3)], _time.Waits);
    }

    [Fact]
    public async Task EventWhoseAcknowledgementWasLostIsSentAgainWithTheSameId()
    {
        await using var stub = await StubPlatform.StartAsync();
        using var client = await ClientAsync(stub);
        stub.AfterEvents = (http, batch) => AbortWhen(http, batch == 1);

        var answer = await client.SendEventsAsync([Event], CancellationToken.None);

        Assert.Equal((0, 1, 2), (answer.Accepted, answer.Duplicates, answer.Attempts));
        Assert.Equal([Event.EventId, Event.EventId], stub.Received);
    }

    [Fact]
    public async Task RefusedRequestIsNotRepeatedAndSaysWhy()
    {
        await using var stub = await StubPlatform.StartAsync();
        using var client = await ClientAsync(stub);
        stub.BeforeEvents = (http, _) => Answer(http, true, 400, detail: "kind 'vewed': unknown");

        var refused = await Assert.ThrowsAsync<RequestException>(
            () => client.SendEventsAsync([Event], CancellationToken.None));

        Assert.Equal(HttpStatusCode.BadRequest, refused.Status);
        Assert.Contains("kind 'vewed': unknown", refused.Message, StringComparison.Ordinal);
        Assert.Equal(1, stub.Batches);
    }

    [Fact]
    public async Task ServerThatStaysAwayIsReportedAfterTheLimit()
    {
        await using var stub = await StubPlatform.StartAsync();
        using var client = await ClientAsync(stub);
        stub.BeforeEvents = (http, _) => Answer(http, true, 503);
        var began = _time.GetTimestamp();

        var refused = await Assert.ThrowsAsync<RequestException>(
            () => client.SendEventsAsync([Event], CancellationToken.None));

        Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.Status);
        Assert.InRange(_time.GetElapsedTime(began), TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(10));
    }

    [Fact]
    public async Task DefectOfTheServerIsReportedAfterTwoRetries()
    {
        await using var stub = await StubPlatform.StartAsync();
        using var client = await ClientAsync(stub);
        stub.BeforeEvents = (http, _) => Answer(http, true, 500, detail: "no such table");

        var refused = await Assert.ThrowsAsync<RequestException>(
            () => client.SendEventsAsync([Event], CancellationToken.None));

        Assert.Equal(HttpStatusCode.InternalServerError, refused.Status);
        Assert.Contains("no such table", refused.Message, StringComparison.Ordinal);
        Assert.Equal(3, stub.Batches);
    }

    [Fact]
    public async Task RefusedTokenIsRenewedOnce()
    {
        await using var stub = await StubPlatform.StartAsync();
        using var client = await ClientAsync(stub);
        await client.SendEventsAsync([Event], CancellationToken.None);
        stub.OldTokensRefused = true;
        stub.Tokens++;

        var answer = await client.SendEventsAsync([Event], CancellationToken.None);

        Assert.Equal(1, answer.Duplicates);
        Assert.Equal(3, stub.Tokens);
    }

    private async Task<EngageClient> ClientAsync(StubPlatform stub)
    {
        // No timeout of attempts: on this clock it would be over at once.
        var options = new RetryOptions
        {
            GiveUpAfter = TimeSpan.FromSeconds(10),
            AttemptTimeout = Timeout.InfiniteTimeSpan,
        };
        var client = new EngageClient(stub.Address, new("replay", "secret"), new(options), _time);
        await client.CreateAsync(new CommunityMessage("g-1", new(En: "one")), CancellationToken.None);
        await client.CreateAsync(new CreatorMessage("k-1", new(En: "one")), CancellationToken.None);
        await client.CreateAsync(
            new ContentMessage("c-1", "course", "k-1", "g-1", new(En: "one")), CancellationToken.None);
        return client;
    }

    private static async Task<bool> Answer(
        HttpContext http, bool when, int status, string? retryAfter = null, string? detail = null)
    {
        if (!when)
            return false;
        http.Response.StatusCode = status;
        if (retryAfter is not null)
            http.Response.Headers.RetryAfter = retryAfter;
        if (detail is not null)
            await http.Response.WriteAsJsonAsync(
                new { detail }, options: null, contentType: "application/problem+json");
        else
            await http.Response.CompleteAsync();
        return true;
    }

    private static void AbortWhen(HttpContext http, bool when)
    {
        if (when)
            http.Abort();
    }
}
