using System.Text;
using System.Text.Json;
using Engage.Api.Rooms;
using Engage.Contracts.Rooms;

namespace Engage.Api.Tests.Rooms;

/// <summary>The pure parts of the node's side of rooms.</summary>
public sealed class RoomPartsTests
{
    [Fact]
    public void IdleRoomIsFlushedAtOnceAndABusyOneWithinItsShare()
    {
        var pacing = new FlushPacing(0.25, TimeSpan.FromMilliseconds(100));

        var idle = pacing.Wait(Ms(1_000), Ms(1_000));
        pacing.Flushed(Ms(1_000), Ms(1_010));
        var afterTen = pacing.Wait(Ms(1_012), Ms(1_012));
        pacing.Flushed(Ms(1_040), Ms(1_140));
        var afterHundred = pacing.Wait(Ms(1_140), Ms(1_130));
        var waitedLong = pacing.Wait(Ms(1_140), Ms(1_030));

        Assert.Equal([Ms(0), Ms(28), Ms(0), Ms(0)], [idle, afterTen, afterHundred, waitedLong]);
    }

    [Fact]
    public void NothingWaitsLongerThanTheLongestTick()
    {
        var pacing = new FlushPacing(0.25, TimeSpan.FromMilliseconds(100));
        pacing.Flushed(Ms(0), Ms(60));

        var wait = pacing.Wait(Ms(70), Ms(50));

        Assert.Equal(Ms(30), wait);
    }

    [Theory]
    [InlineData("""{"present":1,"typing":["a"]}""", """{"present":2}""", """{"present":2,"typing":["a"]}""")]
    [InlineData(
        """{"polls":{"1":{"open":true},"2":{"open":true}}}""", """{"polls":{"2":{"open":false}}}""",
        """{"polls":{"1":{"open":true},"2":{"open":false}}}""")]
    [InlineData("""{"questions":{"1":{"votes":1}}}""", """{"questions":{"1":null}}""", """{"questions":{}}""")]
    [InlineData(
        """{"settings":{"membersOnly":false}}""", """{"settings":{"filteredWords":["\"x"]}}""",
        """{"settings":{"membersOnly":false,"filteredWords":["\"x"]}}""")]
    [InlineData("""{"pinned":[{"seq":1}],"phase":"live"}""", """{"pinned":[]}""", """{"pinned":[],"phase":"live"}""")]
    [InlineData("""{}""", """{}""", """{}""")]
    public void StatesFoldToTheNewestOfEachPart(string before, string change, string after)
    {
        var fold = new StateFold();

        fold.Add(Encoding.UTF8.GetBytes(before));
        fold.Add(Encoding.UTF8.GetBytes(change));
        fold.Add(Encoding.UTF8.GetBytes(change));

        Assert.True(JsonElement.DeepEquals(
            Parse(after), Parse(Encoding.UTF8.GetString(fold.ToArray(withRemoved: false)))));
    }

    [Fact]
    public void WhatWasTakenAwayIsNamedForThoseWhoMayHaveIt()
    {
        var fold = new StateFold();

        fold.Add("""{"questions":{"1":{"votes":1},"2":{"votes":2}}}"""u8.ToArray());
        fold.Add("""{"questions":{"1":null}}"""u8.ToArray());

        Assert.Equal(
            """{"questions":{"1":null,"2":{"votes":2}}}""", Encoding.UTF8.GetString(fold.ToArray(withRemoved: true)));
    }

    [Fact]
    public void WindowKeepsTheNewestWithinBothBounds()
    {
        var window = new RoomWindow(entriesMax: 10, bytesMax: 100);

        window.Append(30, [.. Enumerable.Range(1, 30).Select(seq => Entry(seq, 8))]);
        var byNumber = (window.After, window.To, window.Count);
        window.Append(32, [Entry(31, 60)]);
        var byBytes = (window.After, window.To, window.Count);
        window.Append(32, [Entry(31, 60), Entry(32, 1)]);

        Assert.Equal((20, 30, 10), byNumber);
        Assert.Equal((25, 32, 6), byBytes);
        Assert.Equal([29, 30, 31], window.Above(28).ToArray().Select(entry => entry.Seq));
        Assert.Empty(window.Above(32).ToArray());
    }

    [Theory]
    [InlineData("👏", true)]
    [InlineData("❤️", true)]
    [InlineData("👩‍👩‍👧‍👦", true)]
    [InlineData("a", false)]
    [InlineData("好", false)]
    [InlineData("👏👏", false)]
    [InlineData("<", false)]
    [InlineData("", false)]
    [InlineData(null, false)]
    [InlineData("\u0007", false)]
    public void EmojiIsOneCharacterThatIsNoLetter(string? text, bool expected) =>
        Assert.Equal(expected, RoomDoor.IsEmoji(text));

    [Fact]
    public void VisitHasOneIdHoweverOftenItIsTold()
    {
        var id = RoomVisits.EventId(new("r"), new("u"), 7, Contracts.Activity.ActivityKind.Joined);

        Assert.Equal(id, RoomVisits.EventId(new("r"), new("u"), 7, Contracts.Activity.ActivityKind.Joined));
        Assert.NotEqual(id, RoomVisits.EventId(new("r"), new("u"), 8, Contracts.Activity.ActivityKind.Joined));
        Assert.NotEqual(id, RoomVisits.EventId(new("r"), new("u"), 7, Contracts.Activity.ActivityKind.Left));
    }

    private static TimeSpan Ms(double milliseconds) => TimeSpan.FromMilliseconds(milliseconds);

    private static JsonElement Parse(string json) => JsonSerializer.Deserialize<JsonElement>(json);

    private static LoggedEntry Entry(long seq, int bytes) =>
        new(seq, default, RoomEntryKind.Said, RoomAudience.Everyone, null, null, new byte[bytes]);
}
