using System.Net;
using System.Net.Http.Json;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using Engage.Api.Realtime.Transport;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Options;

namespace Engage.Api.Tests.Transport;

/// <summary>How clients come in.</summary>
public sealed class HandshakeTests
{
    [Theory]
    [InlineData("?negotiateVersion=1", 1)]
    [InlineData("?negotiateVersion=9", 1)]
    [InlineData("", 0)]
    [InlineData("?negotiateVersion=0", 0)]
    public async Task NegotiationOffersWebSocketsInTheVersionAskedFor(string query, int version)
    {
        await using var server = await TransportServer.StartAsync();
        using var http = new HttpClient { BaseAddress = server.Address };

        using var answer = await http.PostAsync(new Uri($"/hub/negotiate{query}", UriKind.Relative), null);
        var body = await answer.Content.ReadFromJsonAsync<JsonElement>();

        var transport = body.GetProperty("availableTransports").EnumerateArray().Single();
        Assert.Equal("WebSockets", transport.Text("transport"));
        Assert.Equal("Text", transport.GetProperty("transferFormats")[0].GetString());
        Assert.Equal(version, body.GetProperty("negotiateVersion").GetInt32());
        Assert.NotEmpty(body.Text("connectionId"));
        var hasToken = body.TryGetProperty("connectionToken", out var token) && token.ValueKind == JsonValueKind.String;
        Assert.Equal(version == 1, hasToken);
    }

    [Fact]
    public async Task NegotiationInAnUnreadableVersionIsAnError()
    {
        await using var server = await TransportServer.StartAsync();
        using var http = new HttpClient { BaseAddress = server.Address };

        using var answer = await http.PostAsync(new Uri("/hub/negotiate?negotiateVersion=x", UriKind.Relative), null);

        var body = await answer.Content.ReadFromJsonAsync<JsonElement>();
        Assert.Contains("'x'", body.Text("error"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task ConnectionHasTheIdThatWasNegotiatedAndTheTokenServesOnce()
    {
        await using var server = await TransportServer.StartAsync();
        using var http = new HttpClient { BaseAddress = server.Address };
        using var negotiated = await http.PostAsync(
            new Uri("/hub/negotiate?negotiateVersion=1", UriKind.Relative), null);
        var body = await negotiated.Content.ReadFromJsonAsync<JsonElement>();
        var query = $"?id={body.Text("connectionToken")}";

        using var client = await RawClient.DialAsync(server.Address);
        await client.WriteAsync(RawClient.Upgrade(query));
        await client.ReadHeadAsync();
        await client.SayAsync("""{"protocol":"json","version":1}""");
        await client.ReadAsync();
        var id = (await client.CallAsync("WhoAmI")).Text("result");
        using var again = await RawClient.DialAsync(server.Address);
        await again.WriteAsync(RawClient.Upgrade(query));
        var refused = await again.ReadHeadAsync();

        Assert.Equal(body.Text("connectionId"), id);
        Assert.StartsWith("HTTP/1.1 409", refused, StringComparison.Ordinal);
        Assert.Equal("alive", (await client.CallAsync("Echo", "alive")).Text("result"));
    }

    [Theory]
    [InlineData("12", "dGhlIHNhbXBsZSBub25jZQ==", "Sec-WebSocket-Version")]
    [InlineData("13", "short", "Sec-WebSocket-Key")]
    [InlineData("13", "", "Sec-WebSocket-Key")]
    [InlineData("13", "dGhlIHNhbXBsZSBub25jZSBpcyB0b28gbG9uZw==", "Sec-WebSocket-Key")]
    public async Task BadUpgradeIsAProblemThatNamesTheHeader(string version, string key, string header)
    {
        await using var server = await TransportServer.StartAsync();
        using var client = await RawClient.DialAsync(server.Address);

        await client.WriteAsync(RawClient.Upgrade(version: version, key: key));
        var head = await client.ReadHeadAsync();
        var body = await client.ReadBodyAsync();

        Assert.StartsWith("HTTP/1.1 400", head, StringComparison.Ordinal);
        Assert.Contains("application/problem+json", head, StringComparison.Ordinal);
        Assert.Contains(header, body, StringComparison.Ordinal);
        Assert.Equal(0, server.Connections.Count);
    }

    [Fact]
    public async Task AnswerToTheUpgradeIsThatOfTheSpecification()
    {
        await using var server = await TransportServer.StartAsync();
        using var client = await RawClient.DialAsync(server.Address);

        await client.WriteAsync(RawClient.Upgrade());
        var head = await client.ReadHeadAsync();

        // The example of RFC 6455, section 1.3.
        Assert.Contains("Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=", head, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task PlainRequestIsAProblem()
    {
        await using var server = await TransportServer.StartAsync();
        using var http = new HttpClient { BaseAddress = server.Address };

        using var answer = await http.GetAsync(new Uri("/hub", UriKind.Relative));

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        var body = await answer.Content.ReadFromJsonAsync<JsonElement>();
        Assert.Contains("WebSocket", body.Text("detail"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task ClientThatTalksBeforeTheUpgradeIsAnsweredStillGetsEverythingInOrder()
    {
        await using var server = await TransportServer.StartAsync();
        using var client = await RawClient.DialAsync(server.Address);

        await client.WriteAsync(
        [
            .. RawClient.Upgrade(),
            .. RawClient.Frame("{\"protocol\":\"json\",\"version\":1}\u001e"u8),
            .. RawClient.Frame(RawClient.Invocation(1, "Echo", "early")),
        ]);
        var head = await client.ReadHeadAsync();
        var greeting = await client.ReadAsync();
        var answer = RawClient.Messages((await client.ReadAsync())!.Value).Single();

        Assert.StartsWith("HTTP/1.1 101", head, StringComparison.Ordinal);
        Assert.Equal("{}" + RawClient.Separator, greeting!.Value.Words);
        Assert.Equal("early", answer.Text("result"));
    }

    [Fact]
    public async Task HubWorksOverHttp2()
    {
        await using var server = await TransportServer.StartAsync(protocols: HttpProtocols.Http2);
        using var handler = new SocketsHttpHandler();
        using var invoker = new HttpMessageInvoker(handler);
        using var socket = new ClientWebSocket();
        socket.Options.HttpVersion = HttpVersion.Version20;
        socket.Options.HttpVersionPolicy = HttpVersionPolicy.RequestVersionExact;

        await socket.ConnectAsync(
            new UriBuilder(server.Address) { Scheme = "ws", Path = "/hub" }.Uri, invoker, CancellationToken.None);
        var greeting = await ExchangeAsync(socket, "{\"protocol\":\"json\",\"version\":1}\x1e"u8.ToArray());
        var answer = await ExchangeAsync(socket, RawClient.Invocation(1, "Echo", "over two"));
        await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, CancellationToken.None);

        Assert.Equal("{}\x1e", greeting);
        Assert.Contains("over two", answer, StringComparison.Ordinal);
        Assert.Equal(WebSocketCloseStatus.NormalClosure, socket.CloseStatus);
        await TransportServer.UntilAsync(() => server.Connections.Count == 0);
    }

    [Fact]
    public async Task CrowdMayComeAtOnceAndGoAtOnce()
    {
        const int crowd = 2_000;
        await using var server = await TransportServer.StartAsync(
            hub: options => options.HandshakeTimeout = TimeSpan.FromMinutes(5));

        var clients = await Task.WhenAll(
            Enumerable.Range(0, crowd).Select(_ => RawClient.ConnectAsync(server.Address)));
        var connected = server.Connections.Count;
        foreach (var client in clients) client.Dispose();

        Assert.Equal(crowd, connected);
        await TransportServer.UntilAsync(() => server.Connections.Count == 0);
        Assert.Equal(crowd, server.Callers.Gone);
    }

    [Fact]
    public async Task SettingsOutOfRangeStopTheStartAndAreNamed()
    {
        var refused = await Assert.ThrowsAsync<OptionsValidationException>(() => TransportServer.StartAsync(
            options => (options.OutboxBytesMax, options.SocketSendBytes, options.SlowReaderCloseAfter) =
                (100, -1, TimeSpan.Zero)));

        Assert.Contains("Hub:OutboxBytesMax is 100", refused.Message, StringComparison.Ordinal);
        Assert.Contains("Hub:SocketSendBytes is -1", refused.Message, StringComparison.Ordinal);
        Assert.Contains("Hub:SlowReaderCloseAfter is 00:00:00", refused.Message, StringComparison.Ordinal);
    }

    private static async Task<string> ExchangeAsync(ClientWebSocket socket, byte[] message)
    {
        await socket.SendAsync(message, WebSocketMessageType.Text, true, CancellationToken.None);
        var buffer = new byte[1024];
        var received = await socket.ReceiveAsync(buffer, CancellationToken.None);
        return Encoding.UTF8.GetString(buffer, 0, received.Count);
    }
}
