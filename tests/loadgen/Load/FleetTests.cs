using System.Text.Json;
using System.Threading.Channels;
using Engage.LoadGen.Load.Conducting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.SignalR;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Engage.LoadGen.Tests.Load;

/// <summary>Real worker processes against a hub that can be made to lose and double what it sends.</summary>
public sealed class FleetTests
{
    private const int Users = 12;

    [Fact]
    public async Task AnHonestHubLosesNothing()
    {
        var (phase, check) = await RunAsync(workers: 2, room: new());

        Assert.True(phase.Acknowledged > 20);
        Assert.Equal((phase.Offered, 0, 0), (phase.Acknowledged, phase.Behind, phase.Unanswered));
        Assert.Equal(phase.Acknowledged * Users, check.Received);
        Assert.Equal((0, 0, 0), (check.Lost, check.Doubled, check.OutOfOrder));
        Assert.Equal(phase.Received, phase.Delivery.Count);
    }

    [Fact]
    public async Task WhatIsToBeSaidAgainLaterIsWaitedFor()
    {
        var (phase, check) = await RunAsync(workers: 1, room: new() { Refuses = 5 });

        Assert.Equal(5, phase.Deferred);
        Assert.Equal((phase.Offered, 0), (phase.Acknowledged, phase.Unanswered));
        Assert.Equal(phase.Offered * Users, check.Received);
    }

    [Fact]
    public async Task WhatTheHubLosesAndDoublesIsFound()
    {
        // Everybody lacks message 5, and gets message 7 twice.
        var (phase, check) = await RunAsync(workers: 1, room: new() { Lost = 5, Doubled = 7 });

        Assert.Equal((Users, Users, 0), (check.Lost, check.Doubled, check.OutOfOrder));
        Assert.Equal(phase.Acknowledged * Users, check.Expected);
    }

    [Fact]
    public async Task EverybodyShowsHerNextTokenWhereSheIsConnected()
    {
        var room = new StubRoom();
        await using var app = await StartAsync(room);
        await using var fleet = LoadFleet.Start(workers: 2, seed: 4);
        await fleet.EnterAsync(
            new("signalr", new(app.Urls.Single()), "r-1", ["a", "b"]), Users, 0, 0, CancellationToken.None);

        await fleet.RenewAsync(["c", "d"], CancellationToken.None);
        var renewed = new List<string>();
        while (renewed.Count < Users) renewed.Add(await room.Renewed.Reader.ReadAsync());

        Assert.Equal(Users / 2, renewed.Count(token => token == "c"));
        Assert.Equal(Users / 2, renewed.Count(token => token == "d"));
    }

    [Fact]
    public void ARepeatedMessageInTheLogIsFound()
    {
        var id = Guid.NewGuid();
        var log = new List<(long, Guid?)> { (1, id), (2, id) };

        var check = CheckResult.Of([], [(id, 1), (Guid.NewGuid(), 2), (Guid.NewGuid(), 3)], log);

        Assert.Equal((2, 1), (check.Missing, check.Repeated));
    }

    private static async Task<(PhaseResult Phase, CheckResult Check)> RunAsync(int workers, StubRoom room)
    {
        await using var app = await StartAsync(room);
        await using var fleet = LoadFleet.Start(workers, seed: 4);
        await fleet.EnterAsync(
            new("signalr", new(app.Urls.Single()), "r-1", ["a", "b"]), Users, 0, 0, CancellationToken.None);
        // A phase ends as soon as everybody has the newest message, whatever she lacks of the older ones: nobody waits
        // so long, and on a busy machine nothing that is under way is taken for lost.
        var phase = await fleet.RunAsync(
            new() { Begin = 0, Seconds = 1, Rate = 40, DrainSeconds = 120 }, null, CancellationToken.None);
        var check = await fleet.CheckAsync(
            [.. room.Log.Select((id, index) => (index + 1L, (Guid?)id))], CancellationToken.None);
        return (phase, check);
    }

    private static async Task<WebApplication> StartAsync(StubRoom room)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddSignalR();
        builder.Services.AddSingleton(room);
        var app = builder.Build();
        app.MapHub<StubHub>("/hub");
        await app.StartAsync();
        return app;
    }

    private sealed class StubRoom : IDisposable
    {
        public List<Guid> Log { get; } = [];

        public Channel<string> Renewed { get; } = Channel.CreateUnbounded<string>();

        public long Last => Log.Count;

        public long Lost { get; init; }

        public long Doubled { get; init; }

        /// <summary>How many messages it does not take before it takes any, for longer than a phase lasts.</summary>
        public int Refuses { get; set; }

        public SemaphoreSlim Turn { get; } = new(1, 1);

        public void Dispose() => Turn.Dispose();
    }

    private sealed class StubHub(StubRoom room) : Hub
    {
        public async Task<object> JoinRoom(string name, JsonElement options)
        {
            await Groups.AddToGroupAsync(Context.ConnectionId, name);
            return new { mode = "recent", seq = room.Last, entries = Array.Empty<object>() };
        }

        public void Renew(string token) => room.Renewed.Writer.TryWrite(token);

        public async Task<object> Act(string name, JsonElement action)
        {
            await room.Turn.WaitAsync();
            try
            {
                if (room.Refuses-- > 0)
                    throw new HubException("""{"type":"busy","retryAfter":1.5}""");
                room.Log.Add(action.GetProperty("id").GetGuid());
                var seq = room.Last;
                var entry = new { seq, text = action.GetProperty("text") };
                var push = new { after = seq - 1, to = seq, entries = new[] { entry } };
                if (seq != room.Lost)
                    await Clients.Group(name).SendAsync("room", push);
                if (seq == room.Doubled)
                    await Clients.Group(name).SendAsync("room", push);
                return new { seq };
            }
            finally
            {
                room.Turn.Release();
            }
        }
    }
}
