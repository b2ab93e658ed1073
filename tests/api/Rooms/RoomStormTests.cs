using System.Text.Json;
using Engage.Api.Tests.Transport;
using Engage.Storage;
using Engage.Storage.Sqlite;
using Microsoft.Extensions.DependencyInjection;

namespace Engage.Api.Tests.Rooms;

/// <summary>A server with little memory of rooms, and a log that counts who reads it.</summary>
public sealed class StormServer : RoomServer
{
    private CountingRoomLog? _log;

    internal CountingRoomLog Log => _log!;

    /// <summary>The room itself remembers little, the node somewhat more.</summary>
    protected override string[] Settings =>
        [.. base.Settings, "--Rooms:WindowEntriesMax", "10", "--Rooms:WindowBytes", "65536"];

    protected override void Replace(IServiceCollection services) => services.AddSingleton<IRoomLog>(
        provider => _log = new(new SqliteRoomLog(provider.GetRequiredService<SqliteDatabase>())));
}

/// <summary>Those who are slow, late or many cost the others nothing.</summary>
public sealed class RoomStormTests(StormServer server) : IClassFixture<StormServer>
{
    /// <summary>Three bytes a character: a message of one and a half kilobytes.</summary>
    private static readonly string Filler = new('长', 480);

    [Fact]
    public async Task StormOfReconnectsDoesNotReadTheLog()
    {
        const int people = 300;
        var (room, owner) = await server.NewRoomAsync();
        await using var _ = owner;
        await owner.SayAsync("seen");
        await owner.UntilAsync(() => owner.Texts.Length == 1);
        var seen = owner.Seq;
        for (var i = 0; i < 20; i++) await owner.SayAsync($"{i}");
        var account = await server.NewUserAsync();
        var crowd = await Task.WhenAll(
            Enumerable.Range(0, people).Select(_ => RoomClient.ConnectAsync(server, account, room)));
        var reads = server.Log.Reads(room);

        var answers = await Task.WhenAll(crowd.Select(one => one.JoinAsync(after: seen)));

        Assert.Equal(reads, server.Log.Reads(room));
        foreach (var answer in answers)
        {
            Assert.Equal("resumed", answer.GetProperty("mode").GetString());
            Assert.Equal(20, answer.GetProperty("entries").EnumerateArray().Count(IsSaid));
        }
        foreach (var one in crowd) await one.DisposeAsync();
    }

    [Fact]
    public async Task StormAfterARestartReadsTheLogOnceForAll()
    {
        const int people = 100;
        var (room, owner) = await server.NewRoomAsync();
        await using var _ = owner;
        for (var i = 0; i < 20; i++) await owner.SayAsync($"{i}");
        await owner.DisconnectAsync();
        await server.StopAsync();
        await server.StartAsync();
        var account = await server.NewUserAsync();
        var crowd = await Task.WhenAll(
            Enumerable.Range(0, people).Select(_ => RoomClient.ConnectAsync(server, account, room)));
        var reads = server.Log.Reads(room);

        await Task.WhenAll(crowd.Select(one => one.JoinAsync(limit: 5)));

        // The room's state and its window, each in one page.
        Assert.InRange(server.Log.Reads(room) - reads, 1, 2);
        Assert.All(crowd, one => Assert.Equal("19", one.Texts[^1]));
        foreach (var one in crowd) await one.DisposeAsync();
    }

    [Fact]
    public async Task WhoMissedMoreThanTheNodeRemembersGetsItFromTheLog()
    {
        var (room, owner) = await server.NewRoomAsync();
        await using var _ = owner;
        await using var guest = await server.NewPersonAsync(room);
        await guest.JoinAsync();
        var left = guest.Seq;
        await guest.CallAsync("LeaveRoom", room);
        // Within the entries that a node keeps, beyond their bytes.
        for (var i = 0; i < 70; i++) await owner.SayAsync($"{i} {Filler}");
        await owner.UntilAsync(() => owner.Texts.Length == 70);
        var reads = server.Log.Reads(room);

        var answer = await guest.JoinAsync(after: left);
        await owner.SayAsync("and on");
        await guest.UntilAsync(() => guest.Texts.Contains("and on"));

        Assert.Equal("resumed", answer.GetProperty("mode").GetString());
        Assert.True(server.Log.Reads(room) > reads, "The window was to be too short.");
        Assert.Equal(
            [.. Enumerable.Range(0, 70).Select(i => $"{i} {Filler}"), "and on"],
            guest.Texts);
        Assert.Empty(guest.Breaches);
    }

    [Fact]
    public async Task SlowReaderDelaysNobodyAndIsBroughtUpToDateWhenItReads()
    {
        const int sentences = 150;
        var (room, owner) = await server.NewRoomAsync();
        await using var _ = owner;
        await using var guest = await server.NewPersonAsync(room);
        await guest.JoinAsync();
        using var account = await server.NewUserAsync();
        using var slow = await RawClient.DialAsync(server.Address, receiveBytes: 4_096);
        await slow.WriteAsync(RawClient.Upgrade($"?access_token={account.Token}"));
        await slow.ReadHeadAsync();
        await slow.SayAsync("""{"protocol":"json","version":1}""");
        await slow.ReadAsync();
        var joined = await slow.CallAsync("JoinRoom", room, new { });
        var seen = joined.GetProperty("result").GetProperty("seq").GetInt64();

        // It does not read: all of this goes to the others.
        for (var i = 0; i < sentences; i++) await owner.SayAsync($"{i} {Filler}");
        await guest.UntilAsync(() => guest.Texts.Length == sentences);
        var (texts, largest, reloaded) = await ReadUpAsync(slow, seen, guest.Seq);

        // Sentences are said one after the other; what brings many at once is what had been left out.
        Assert.True(reloaded || largest >= 10, $"It never fell behind: no push had more than {largest} sentences.");
        if (!reloaded) Assert.Equal(guest.Texts, texts);
        Assert.Empty(guest.Breaches);
    }

    [Fact]
    public async Task ComingAndGoingInALectureReachesTheJournal()
    {
        var (room, owner) = await server.NewRoomAsync(content: "c-2");
        await using var _ = owner;
        await using var guest = await server.NewPersonAsync(room);

        await guest.JoinAsync();
        await guest.CallAsync("LeaveRoom", room);
        var counters = await CountersAsync(guest.Account, "left").WaitAsync(TimeSpan.FromSeconds(30));

        Assert.Equal((1, 1), (Of(counters, "joined"), Of(counters, "left")));
    }

    private static bool IsSaid(JsonElement entry) => entry.GetProperty("kind").GetString() == "said";

    /// <summary>
    /// Reads until it has seen everything or is told to join again; checks that nothing lies between.
    /// </summary>
    private static async Task<(List<string> Texts, int Largest, bool Reloaded)> ReadUpAsync(
        RawClient slow, long seen, long through)
    {
        var (texts, largest) = (new List<string>(), 0);
        while (seen < through)
        {
            var frame = await slow.ReadAsync() ?? throw new IOException("closed before it was brought up to date");
            if (frame.Opcode != RawFrame.Text) continue;
            foreach (var message in RawClient.Messages(frame))
            {
                if (!message.TryGetProperty("target", out var target)) continue;
                if (target.GetString() == "roomReload") return (texts, largest, true);
                if (target.GetString() != "room") continue;
                var push = message.GetProperty("arguments")[0];
                Assert.True(push.GetProperty("after").GetInt64() <= seen, $"A gap behind {seen}: {push}");
                var before = texts.Count;
                texts.AddRange(push.GetProperty("entries").EnumerateArray()
                    .Where(IsSaid).Select(entry => entry.GetProperty("text").GetString()!));
                seen = push.GetProperty("to").GetInt64();
                largest = Math.Max(largest, texts.Count - before);
            }
        }
        return (texts, largest, false);
    }

    /// <summary>Asks until a counter is there; visits are told in the background.</summary>
    private static async Task<JsonElement> CountersAsync(SignedInUser user, string counter)
    {
        while (true)
        {
            var (_, activity) = await user.Http.GetJsonAsync("/v1/activity/me");
            var counters = activity.GetProperty("counters");
            if (Of(counters, counter) > 0) return counters;
            await Task.Yield();
        }
    }

    private static long Of(JsonElement counters, string name) => counters.EnumerateObject()
        .Where(counter => string.Equals(counter.Name, name, StringComparison.OrdinalIgnoreCase))
        .Sum(counter => counter.Value.GetInt64());
}
