using System.Text.Json;
using static Engage.Api.Tests.HttpCalls;

namespace Engage.Api.Tests.Rooms;

public sealed class RoomModerationTests(RoomServer server) : IClassFixture<RoomServer>
{
    [Fact]
    public async Task WhatIsHeldIsSeenByModeratorsAlone()
    {
        var (room, owner) = await server.NewRoomAsync();
        await using var _ = owner;
        await using var guest = await server.NewPersonAsync(room);
        await guest.JoinAsync();
        await owner.ActAsync(new { @do = "settings", holdMessages = true });

        var answer = await guest.SayAsync("may I?");
        await owner.UntilAsync(() => owner.Entries.Any(entry => entry.Text("kind") == "held"));
        var held = owner.Entries.Single(entry => entry.Text("kind") == "held").GetProperty("seq").GetInt64();
        await owner.ActAsync(new { @do = "review", held, approve = true });
        await guest.UntilAsync(() => guest.Texts.Contains("may I?"));

        Assert.True(answer.GetProperty("held").GetBoolean());
        Assert.DoesNotContain(guest.Entries, entry => entry.Text("kind") is "held" or "approved");
        Assert.DoesNotContain(guest.States, state => state.TryGetProperty("held", out var __));
        Assert.Contains(owner.States, state => state.TryGetProperty("held", out var __));
        Assert.Empty(guest.Breaches);
        Assert.Empty(owner.Breaches);
    }

    [Fact]
    public async Task BanEndsAllOfAPersonsConnectionsAtOnceAndSheCannotComeBack()
    {
        var (room, owner) = await server.NewRoomAsync();
        await using var _ = owner;
        await using var guest = await server.NewPersonAsync(room);
        await using var phone = await RoomClient.ConnectAsync(server, guest.Account, room);
        await using var later = await RoomClient.ConnectAsync(server, guest.Account, room);
        await guest.JoinAsync();
        await phone.JoinAsync();

        await owner.ActAsync(new { @do = "ban", user = guest.User, @for = "01:00:00", reason = "spam" });
        await guest.UntilAsync(() => guest.Closed is not null);
        await phone.UntilAsync(() => phone.Closed is not null);
        await owner.SayAsync("without her");
        await owner.UntilAsync(() => owner.Texts.Contains("without her"));
        var back = await RoomClient.RefusalAsync(() => later.JoinAsync());
        var says = await RoomClient.RefusalAsync(() => guest.SayAsync("still here?"));
        var (reads, _) = await guest.Account.Http.GetJsonAsync($"/v1/rooms/{room}/entries");
        var (acts, _) = await guest.Account.Http.PostJsonAsync(
            $"/v1/rooms/{room}/actions", new { @do = "say", id = Guid.NewGuid(), text = "still here?" });

        Assert.Equal("banned", guest.Closed!.Value.Text("reason"));
        Assert.True(guest.Closed.Value.TryGetProperty("until", out var __));
        Assert.Equal(403, back.GetProperty("status").GetInt32());
        Assert.Contains("spam", back.Text("detail"), StringComparison.Ordinal);
        Assert.Equal(403, says.GetProperty("status").GetInt32());
        Assert.Equal([403, 403], [reads, acts]);
        Assert.DoesNotContain("without her", guest.Texts);
    }

    [Fact]
    public async Task DeletedTextIsServedToNobodyAnyMore()
    {
        var (room, owner) = await server.NewRoomAsync();
        await using var _ = owner;
        await using var writer = await server.NewPersonAsync(room);
        await using var returning = await server.NewPersonAsync(room);
        await using var newcomer = await server.NewPersonAsync(room);
        await writer.JoinAsync();
        var start = (await returning.JoinAsync()).GetProperty("seq").GetInt64();
        await returning.CallAsync("LeaveRoom", room);
        var target = (await writer.SayAsync("a secret")).GetProperty("seq").GetInt64();
        await writer.ActAsync(new { @do = "edit", target, text = "still a secret" });
        await writer.ActAsync(new { @do = "ask", id = Guid.NewGuid(), text = "a secret?" });
        await owner.ActAsync(new { @do = "delete", target });
        await owner.ActAsync(new { @do = "ban", user = writer.User, eraseHistory = true });
        await owner.UntilAsync(() => owner.Entries.Any(entry => entry.Text("kind") == "historyErased"));

        var resumed = await returning.JoinAsync(after: start);
        var recent = await newcomer.JoinAsync();
        var page = await newcomer.CallAsync("ReadRoom", room, new { after = start });
        var back = await newcomer.CallAsync("ReadRoom", room, new { before = 1_000_000 });
        var (__, http) = await newcomer.Account.Http.GetJsonAsync($"/v1/rooms/{room}/entries?after=0");

        foreach (var answer in new[] { resumed, recent, page, back, http })
        {
            Assert.DoesNotContain("secret", $"{answer}", StringComparison.Ordinal);
            var tombstone = answer.GetProperty("entries").EnumerateArray()
                .Single(entry => entry.GetProperty("seq").GetInt64() == target);
            Assert.True(tombstone.GetProperty("deleted").GetBoolean());
            Assert.Equal("said", tombstone.Text("kind"));
        }
        Assert.Equal("resumed", resumed.Text("mode"));
        Assert.Empty(owner.Breaches);
    }

    [Fact]
    public async Task NewModeratorIsAskedToJoinAgainAndThenSeesWhatModeratorsSee()
    {
        var (room, owner) = await server.NewRoomAsync();
        await using var _ = owner;
        await using var guest = await server.NewPersonAsync(room);
        await guest.JoinAsync();

        await server.GrantAsync(guest.User, "moderator");
        await guest.UntilAsync(() => guest.IsToReload);
        var answer = await guest.JoinAsync();
        await owner.ActAsync(new { @do = "mute", user = "u-somebody", @for = 60 });
        await guest.UntilAsync(() => guest.Entries.Any(entry => entry.Text("kind") == "muted"));

        Assert.Equal("moderator", answer.GetProperty("me").Text("role"));
        Assert.Empty(guest.Breaches);
    }

    [Fact]
    public async Task AuditIsForModerators()
    {
        var (room, owner) = await server.NewRoomAsync();
        await using var _ = owner;
        await using var guest = await server.NewPersonAsync(room);
        await guest.JoinAsync();
        await owner.ActAsync(new { @do = "mute", user = guest.User, @for = "00:10:00", reason = "too loud" });

        var (status, audit) = await owner.Account.Http.GetJsonAsync($"/v1/rooms/{room}/audit");
        var (refused, _) = await guest.Account.Http.GetJsonAsync($"/v1/rooms/{room}/audit");
        var muted = await RoomClient.RefusalAsync(() => guest.SayAsync("hello?"));

        Assert.Equal([200, 403], [status, refused]);
        Assert.Contains("muted", audit.GetProperty("entries").EnumerateArray().Select(entry => entry.Text("kind")));
        Assert.True(muted.Text("type").EndsWith("/muted", StringComparison.Ordinal), $"{muted}");
    }

    [Fact]
    public async Task TooQuickIsToldWhenToTryAgain()
    {
        var (room, owner) = await server.NewRoomAsync();
        await using var _ = owner;
        await using var guest = await server.NewPersonAsync(room);
        await guest.JoinAsync();
        await owner.ActAsync(new { @do = "settings", slowMode = "00:00:30" });
        await guest.SayAsync("one");

        var problem = await RoomClient.RefusalAsync(() => guest.SayAsync("two"));

        Assert.True(problem.Text("type").EndsWith("/slow-mode", StringComparison.Ordinal), $"{problem}");
        Assert.InRange(problem.GetProperty("retryAfter").GetInt32(), 1, 30);
    }

    [Fact]
    public async Task VotesAreSeenAsTotals()
    {
        var (room, owner) = await server.NewRoomAsync();
        await using var _ = owner;
        await using var guest = await server.NewPersonAsync(room);
        await guest.JoinAsync();
        var opened = await owner.ActAsync(new
        {
            @do = "openPoll", id = Guid.NewGuid(), kind = "single", question = "Which?", choices = new[] { "a", "b" },
        });
        var poll = opened.GetProperty("seq").GetInt64();

        await guest.ActAsync(new { @do = "vote", poll, choices = new[] { 1 } });
        await owner.UntilAsync(() => owner.States.Any(state => Counts(state, poll) is [0, 1]));

        Assert.DoesNotContain(owner.Entries, entry => entry.Text("kind") == "pollVoted");
        Assert.Empty(owner.Breaches);
    }

    private static long[] Counts(JsonElement state, long poll) =>
        state.TryGetProperty("polls", out var polls) && polls.TryGetProperty($"{poll}", out var one)
        && one.TryGetProperty("counts", out var counts)
            ? [.. counts.EnumerateArray().Select(count => count.GetInt64())]
            : [];
}
