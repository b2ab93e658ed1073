using System.Text.Json;

namespace Engage.Api.Tests.Rooms;

public sealed class RoomReturnTests(RoomServer server) : IClassFixture<RoomServer>
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task WhoComesBackGetsExactlyWhatWasMissed(int seed)
    {
        var random = new Random(seed);
        var (room, owner) = await server.NewRoomAsync();
        await using var _ = owner;
        await using var guest = await server.NewPersonAsync(room);
        await guest.JoinAsync();

        const int sentences = 80;
        var saying = Task.Run(async () =>
        {
            for (var i = 0; i < sentences; i++) await owner.SayAsync($"{i}");
        });
        while (!saying.IsCompleted)
        {
            var enough = guest.Texts.Length + random.Next(1, 12);
            await guest.UntilAsync(() => guest.Texts.Length >= Math.Min(enough, sentences));
            await guest.ReconnectAsync(server);
            var answer = await guest.JoinAsync(after: guest.Seq);
            Assert.Equal("resumed", answer.GetProperty("mode").GetString());
        }
        await saying;
        await guest.UntilAsync(() => guest.Texts.Length >= sentences);

        Assert.Equal(Enumerable.Range(0, sentences).Select(i => $"{i}"), guest.Texts);
        Assert.Empty(guest.Breaches);
    }

    [Fact]
    public async Task WhoWasAwayTooLongIsToldToReload()
    {
        var (room, owner) = await server.NewRoomAsync();
        await using var _ = owner;
        await using var guest = await server.NewPersonAsync(room);
        await guest.JoinAsync();
        var left = guest.Seq;
        await guest.CallAsync("LeaveRoom", room);

        for (var i = 0; i < RoomServer.WindowEntries + 20; i++) await owner.SayAsync($"{i}");
        var answer = await guest.JoinAsync(after: left, limit: 10);
        // What was acknowledged a moment ago may still be on its way to the node; then it is pushed.
        await guest.UntilAsync(() => guest.Texts[^1] == $"{RoomServer.WindowEntries + 19}");

        Assert.Equal("reload", answer.GetProperty("mode").GetString());
        Assert.Equal(10, answer.GetProperty("entries").GetArrayLength());
        Assert.Empty(guest.Breaches);
    }

    [Fact]
    public async Task WhoComesNewGetsTheNewestAndThenAllThatFollows()
    {
        var (room, owner) = await server.NewRoomAsync();
        await using var _ = owner;
        for (var i = 0; i < 20; i++) await owner.SayAsync($"{i}");
        await using var guest = await server.NewPersonAsync(room);

        var saying = Task.Run(async () =>
        {
            for (var i = 20; i < 60; i++) await owner.SayAsync($"{i}");
        });
        var answer = await guest.JoinAsync(limit: 5);
        await saying;
        await guest.UntilAsync(() => guest.Texts.Contains("59"));

        Assert.Equal("recent", answer.GetProperty("mode").GetString());
        Assert.Equal(5, answer.GetProperty("entries").GetArrayLength());
        var first = int.Parse(guest.Texts[0], System.Globalization.CultureInfo.InvariantCulture);
        Assert.Equal(Enumerable.Range(first, 60 - first).Select(i => $"{i}"), guest.Texts);
        Assert.Empty(guest.Breaches);
    }

    [Fact]
    public async Task PlaceThatTheLogNeverHadIsAReload()
    {
        var (_, owner) = await server.NewRoomAsync();
        await using var __ = owner;

        var answer = await owner.JoinAsync(after: 1_000_000);

        Assert.Equal("reload", answer.GetProperty("mode").GetString());
        Assert.True(answer.GetProperty("seq").GetInt64() < 1_000_000);
    }

    [Fact]
    public async Task NothingFollowsAfterLeaving()
    {
        var (room, owner) = await server.NewRoomAsync();
        await using var _ = owner;
        await using var guest = await server.NewPersonAsync(room);
        await guest.JoinAsync();

        await guest.CallAsync("LeaveRoom", room);
        await owner.SayAsync("behind her back");
        await owner.UntilAsync(() => owner.Texts.Length == 1);
        await guest.JoinAsync(limit: 1);

        Assert.Equal(["behind her back"], guest.Texts);
        Assert.Empty(guest.Breaches);
    }

    [Fact]
    public async Task ServerThatStartsAgainKnowsWhatWasMissed()
    {
        var (_, owner) = await server.NewRoomAsync();
        await using var __ = owner;
        await owner.SayAsync("before");
        await owner.UntilAsync(() => owner.Texts.Length == 1);
        var seen = owner.Seq;
        await owner.SayAsync("unseen");
        await owner.DisconnectAsync();

        await server.StopAsync();
        await server.StartAsync();
        await owner.ReconnectAsync(server);
        var answer = await owner.JoinAsync(after: seen);

        Assert.Equal("resumed", answer.GetProperty("mode").GetString());
        Assert.Contains("unseen", answer.GetProperty("entries").EnumerateArray()
            .Where(entry => entry.GetProperty("kind").GetString() == "said")
            .Select(entry => entry.GetProperty("text").GetString()));
    }

    [Fact]
    public async Task PresenceCountsPeopleAndNotConnections()
    {
        var (room, owner) = await server.NewRoomAsync();
        await using var _ = owner;
        await using var guest = await server.NewPersonAsync(room);
        await using var phone = await RoomClient.ConnectAsync(server, guest.Account, room);
        await guest.JoinAsync();
        await phone.JoinAsync();

        await owner.UntilAsync(() => Present(owner) == 2);
        await phone.DisconnectAsync();
        await guest.DisconnectAsync();
        await owner.UntilAsync(() => Present(owner) == 1);

        Assert.DoesNotContain(owner.States, state => state.TryGetProperty("present", out var n) && n.GetInt32() > 2);
    }

    private static int Present(RoomClient client) => client.States
        .Select(state => state.TryGetProperty("present", out var present) ? present.GetInt32() : -1)
        .LastOrDefault(present => present >= 0, -1);
}
