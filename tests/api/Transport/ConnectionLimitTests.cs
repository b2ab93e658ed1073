using System.Diagnostics.Metrics;
using System.Net;
using System.Net.WebSockets;
using Engage.Api.Realtime.Transport;
using Microsoft.Extensions.DependencyInjection;

namespace Engage.Api.Tests.Transport;

/// <summary>Who holds too many connections gets no further one, and others do.</summary>
public sealed class ConnectionLimitTests(ConnectionLimitTests.NarrowHub server)
    : IClassFixture<ConnectionLimitTests.NarrowHub>
{
    public sealed class NarrowHub : RunningServer
    {
        protected override string[] Settings =>
        [
            "--FORWARDEDHEADERS_ENABLED", "true",
            "--Hub:ConnectionsPerUser", "2", "--Hub:ConnectionsPerAddress", "4",
        ];
    }

    [Fact]
    public async Task OneUsersConnectionsAreCountedWhileTheyAreOpen()
    {
        using var many = await server.NewUserAsync();
        using var other = await server.NewUserAsync();
        var refused = 0L;
        using var meter = Listen((limit, count) => refused += limit is "user" ? count : 0);
        var first = await OpenAsync(many, "192.0.2.1");
        using var second = await OpenAsync(many, "192.0.2.2");

        var third = await RefusedAsync(many, "192.0.2.3");
        var negotiated = await NegotiateAsync(many, "192.0.2.3");
        using var others = await OpenAsync(other, "192.0.2.3");
        first.Dispose();
        var connections = server.Services.GetRequiredService<HubConnections>();
        await TransportServer.UntilAsync(() => connections.Open.Count() < 3);
        using var again = await OpenAsync(many, "192.0.2.1");

        Assert.Equal((HttpStatusCode.TooManyRequests, HttpStatusCode.TooManyRequests), (third, negotiated));
        Assert.Equal(2, refused);
    }

    [Fact]
    public async Task OneAddressHasSoManyWhoeverTheyAre()
    {
        using var one = await server.NewUserAsync();
        using var two = await server.NewUserAsync();
        using var three = await server.NewUserAsync();
        var open = new List<ClientWebSocket>();
        foreach (var user in new[] { one, one, two, two }) open.Add(await OpenAsync(user, "198.51.100.1"));

        var fifth = await RefusedAsync(three, "198.51.100.1");
        using var elsewhere = await OpenAsync(three, "198.51.100.2");

        Assert.Equal(HttpStatusCode.TooManyRequests, fifth);
        foreach (var socket in open) socket.Dispose();
    }

    [Fact]
    public void SeatsThatAreLeftAreFree()
    {
        var seats = new HubSeats(perUser: 1, perAddress: 0);
        var caller = new HubCaller("u-1", "192.0.2.1");
        var nobody = new HubCaller(null, "192.0.2.1");

        var taken = seats.Take(caller);
        var (full, uncounted) = (seats.WhatIsLeft(caller), seats.WhatIsLeft(nobody));
        seats.Leave(taken);

        Assert.Equal((Reservation.TooManyOfUser, Reservation.Made), (full, uncounted));
        Assert.Equal(Reservation.Made, seats.WhatIsLeft(caller));
    }

    private async Task<ClientWebSocket> OpenAsync(SignedInUser user, string address)
    {
        var socket = NewSocket(address);
        await socket.ConnectAsync(HubOf(user), CancellationToken.None);
        return socket;
    }

    private async Task<HttpStatusCode> RefusedAsync(SignedInUser user, string address)
    {
        using var socket = NewSocket(address);
        await Assert.ThrowsAsync<WebSocketException>(() => socket.ConnectAsync(HubOf(user), CancellationToken.None));
        return socket.HttpStatusCode;
    }

    private async Task<HttpStatusCode> NegotiateAsync(SignedInUser user, string address)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/hub/negotiate?negotiateVersion=1");
        request.Headers.Add("X-Forwarded-For", address);
        using var answer = await user.Http.SendAsync(request);
        Assert.NotNull(answer.Headers.RetryAfter);
        return answer.StatusCode;
    }

    private static ClientWebSocket NewSocket(string address)
    {
        var socket = new ClientWebSocket { Options = { CollectHttpResponseDetails = true } };
        socket.Options.SetRequestHeader("X-Forwarded-For", address);
        return socket;
    }

    private Uri HubOf(SignedInUser user) =>
        new UriBuilder(server.Address) { Scheme = "ws", Path = "/hub", Query = $"access_token={user.Token}" }.Uri;

    private static MeterListener Listen(Action<object?, long> refused)
    {
        var listener = new MeterListener
        {
            InstrumentPublished = (instrument, listener) =>
            {
                if (instrument.Name == "engage.hub.refused") listener.EnableMeasurementEvents(instrument);
            },
        };
        listener.SetMeasurementEventCallback<long>((_, count, tags, _) => refused(tags[0].Value, count));
        listener.Start();
        return listener;
    }
}
