using Engage.Contracts;
using Engage.Contracts.Rooms;
using Engage.Grains.Rooms;

namespace Engage.Grains.Tests.Rooms.Model;

public sealed class ChatTests
{
    private readonly Stage _stage = new();

    [Fact]
    public void MessageIsEncodedAsTheProtocolSays()
    {
        var id = Guid.Parse("0199b5f0-7c1e-7000-8000-3d2f6c1a9b10");
        var first = _stage.Say("ann", "hello");

        var seq = _stage.Done("bob", new Say(id, " 你好 ", first, [new("ann"), new("ann")]));

        var expected = $"{{'seq':{seq},'at':'2026-11-22T08:00:00.000Z','kind':'said','by':'bob','name':'Mr bob'," +
            $"'id':'{id}','text':'你好','replyTo':{first},'mentions':['ann']}}";
        Assert.Equal(expected.Replace('\'', '"'), Stage.Text(_stage.At(seq)));
    }

    [Theory]
    [InlineData("")]
    [InlineData("   ")]
    [InlineData("\u200B\u200D")]
    [InlineData("bell \a")]
    [InlineData(null)]
    public void TextThatCannotBeShownIsRefused(string? text) =>
        _stage.Refused("ann", new Say(Guid.NewGuid(), text!), "invalid-request");

    [Fact]
    public void HalfOfASurrogatePairIsRefused() =>
        _stage.Refused("ann", new Say(Guid.NewGuid(), "broken \ud83d"), "invalid-request");

    [Fact]
    public void TextIsCountedAsReadersCount()
    {
        var family = "👨‍👩‍👧";

        _stage.Say("ann", new('好', 500));
        _stage.Say("ann", string.Concat(Enumerable.Repeat(family, 200)));

        _stage.Refused("ann", new Say(Guid.NewGuid(), new('好', 501)), "invalid-request");
        _stage.Refused("ann", new Say(Guid.NewGuid(), new('好', 100_000)), "invalid-request");
    }

    [Fact]
    public void EmptyIdIsRefused() => _stage.Refused("ann", new Say(Guid.Empty, "hello"), "invalid-request");

    [Fact]
    public void AtMostTenPeopleAreMentioned()
    {
        var people = Enumerable.Range(0, 11).Select(i => new UserId($"u-{i}")).ToArray();

        _stage.Done("ann", new Say(Guid.NewGuid(), "all", null, people[1..]));
        _stage.Refused("ann", new Say(Guid.NewGuid(), "all", null, people), "invalid-request");
        _stage.Refused("ann", new Say(Guid.NewGuid(), "who", null, [new("no id")]), "invalid-request");
    }

    [Fact]
    public void ReplyNeedsItsMessage()
    {
        var message = _stage.Say("ann", "hello");
        _stage.Say("bob", "hi", message);
        _stage.Done("ann", new Delete(message));

        _stage.Refused("bob", new Say(Guid.NewGuid(), "again", message), "not-found");
        _stage.Refused("bob", new Say(Guid.NewGuid(), "what", 999), "not-found");
    }

    [Fact]
    public void AuthorEditsWithinTheWindow()
    {
        var message = _stage.Say("ann", "helo");

        _stage.Done("ann", new Edit(message, "hello"));
        _stage.Unchanged("ann", new Edit(message, "hello"));
        _stage.Refused("bob", new Edit(message, "mine"), "forbidden");
        _stage.Refused("mod", new Edit(message, "mine"), "forbidden");
        _stage.Refused("ann", new Edit(message, ""), "invalid-request");
        _stage.Pass(TimeSpan.FromMinutes(15));
        _stage.Done("ann", new Edit(message, "just in time"));
        _stage.Pass(TimeSpan.FromMilliseconds(1));
        _stage.Refused("ann", new Edit(message, "too late"), "conflict");
    }

    [Fact]
    public void DeletedMessageIsGoneForEveryAction()
    {
        var message = _stage.Say("ann", "hello");
        _stage.Done("mod", new Pin(message));

        _stage.Refused("bob", new Delete(message), "forbidden");
        _stage.Done("ann", new Delete(message));

        _stage.Unchanged("mod", new Delete(message));
        _stage.Refused("ann", new Edit(message, "back"), "not-found");
        _stage.Refused("bob", new ReactTo(message, "👍"), "not-found");
        _stage.Refused("mod", new Pin(message), "not-found");
        Assert.Equal(0, _stage.Snapshot.GetProperty("pinned").GetArrayLength());
    }

    [Fact]
    public void DeletionByAModeratorIsAuditedWithWhoAndWhy()
    {
        var message = _stage.Say("ann", "buy now");

        _stage.Done("mod", new Delete(message, "spam"));

        var audit = Assert.IsType<DeletionAudited>(_stage.Last.Facts[1]);
        Assert.Equal(new(message, new("ann"), "buy now", "spam"), audit);
        Assert.Equal(RoomAudience.Moderators, audit.Audience);
        Assert.Equal(new UserId("mod"), _stage.Log[^1].By);
    }

    [Fact]
    public void OnePersonReactsOncePerEmoji()
    {
        var message = _stage.Say("ann", "hello");

        _stage.Done("bob", new ReactTo(message, "👍"));
        _stage.Unchanged("bob", new ReactTo(message, "👍"));
        _stage.Done("eve", new ReactTo(message, "👍"));
        _stage.Done("bob", new ReactTo(message, "🎉"));
        _stage.Done("bob", new ReactTo(message, "🎉", false));
        _stage.Unchanged("bob", new ReactTo(message, "🎉", false));

        var reactions = _stage.Snapshot.GetProperty("messages").GetProperty($"{message}").GetProperty("reactions");
        Assert.Equal("""{"\uD83D\uDC4D":2}""", reactions.GetRawText());
    }

    [Fact]
    public void ReactionIsOneEmoji()
    {
        var message = _stage.Say("ann", "hello");

        foreach (var emoji in new[] { "👍🏽", "❤️", "🇨🇳", "👩‍🚀", "1️⃣", "🏴󠁧󠁢󠁥󠁮󠁧󠁿" })
            _stage.Done("mod", new ReactTo(message, emoji));
        foreach (var other in new[] { "", "a", "1", "👍👍", "👍 ", "好", "🇨", null })
            _stage.Refused("mod", new ReactTo(message, other!), "invalid-request");
    }

    [Fact]
    public void MessageHasTwentyDifferentEmojiAtMost()
    {
        var message = _stage.Say("ann", "hello");
        for (var i = 0; i < 20; i++) _stage.Done("mod", new ReactTo(message, char.ConvertFromUtf32(0x1F600 + i)));

        _stage.Refused("mod", new ReactTo(message, "👍"), "too-many");
        _stage.Done("bob", new ReactTo(message, "😀"));
    }

    [Fact]
    public void FivePinsAreShownWithTheTextTheyHaveNow()
    {
        var messages = Enumerable.Range(0, 6).Select(i => _stage.Say("ann", $"message {i}")).ToArray();
        foreach (var message in messages[..5]) _stage.Done("mod", new Pin(message));

        _stage.Refused("mod", new Pin(messages[5]), "too-many");
        _stage.Unchanged("mod", new Pin(messages[0]));
        _stage.Done("mod", new Pin(messages[0], false));
        _stage.Done("mod", new Pin(messages[5]));
        _stage.Done("ann", new Edit(messages[5], "edited"));

        var pinned = _stage.Snapshot.GetProperty("pinned");
        Assert.Equal(messages[1..], pinned.EnumerateArray().Select(pin => pin.GetProperty("seq").GetInt64()));
        Assert.Equal("edited", pinned[4].GetProperty("text").GetString());
        _stage.Refused("ann", new Pin(messages[2]), "forbidden");
    }

    [Fact]
    public void MessagesBeyondTheBoundAreTooOldUnlessPinned()
    {
        var stage = new Stage(new() { MessagesRemembered = 3 });
        var (old, pinned) = (stage.Say("ann", "old"), stage.Say("ann", "pinned"));
        stage.Done("mod", new Pin(pinned));
        for (var i = 0; i < 3; i++) stage.Say("bob", $"{i}");

        var refusal = stage.Refused("ann", new Delete(old), "not-found");

        Assert.Contains("too old", refusal.Detail, StringComparison.Ordinal);
        stage.Done("bob", new ReactTo(pinned, "👍"));
        stage.Reload();
        stage.Done("mod", new Pin(pinned, false));
        stage.Refused("ann", new Delete(pinned), "not-found");
    }

    [Fact]
    public void ReactionsOfAllMessagesTogetherAreBounded()
    {
        var stage = new Stage(new() { ReactionsRemembered = 2 });
        var (one, other) = (stage.Say("ann", "one"), stage.Say("ann", "other"));
        stage.Done("bob", new ReactTo(one, "👍"));
        stage.Done("eve", new ReactTo(one, "👍"));

        stage.Refused("bob", new ReactTo(other, "👍"), "too-many");
        stage.Done("mod", new Delete(one));
        stage.Done("bob", new ReactTo(other, "👍"));
    }

    [Fact]
    public void SlowModeSaysExactlyWhen()
    {
        _stage.Done("mod", new ChangeSettings(SlowMode: TimeSpan.FromSeconds(30)));
        _stage.Say("ann", "one");
        _stage.Pass(TimeSpan.FromSeconds(12.5));

        var refusal = _stage.Refused("ann", new Say(Guid.NewGuid(), "two"), "slow-mode");

        Assert.Equal(TimeSpan.FromSeconds(17.5), refusal.RetryAfter);
        _stage.Say("bob", "another may");
        _stage.Say("mod", "and");
        _stage.Say("mod", "moderators always");
        _stage.Pass(refusal.RetryAfter!.Value - TimeSpan.FromMilliseconds(1));
        _stage.Refused("ann", new Say(Guid.NewGuid(), "two"), "slow-mode");
        _stage.Pass(TimeSpan.FromMilliseconds(1));
        _stage.Say("ann", "two");
    }

    [Fact]
    public void BucketOfOnePersonSaysExactlyWhenAndLeavesOthersAlone()
    {
        for (var i = 0; i < 20; i++) _stage.Say("ann", $"{i}");

        var refusal = _stage.Refused("ann", new Say(Guid.NewGuid(), "one more"), "slow-down");

        Assert.Equal(TimeSpan.FromMilliseconds(200), refusal.RetryAfter);
        _stage.Say("bob", "hello");
        for (var i = 0; i < 100; i++) _stage.Say("mod", $"{i}");
        _stage.Pass(TimeSpan.FromMilliseconds(199));
        _stage.Refused("ann", new Say(Guid.NewGuid(), "one more"), "slow-down");
        _stage.Pass(TimeSpan.FromMilliseconds(1));
        _stage.Say("ann", "one more");
        _stage.Pass(TimeSpan.FromMinutes(1));
        for (var i = 0; i < 20; i++) _stage.Say("ann", $"{i}");
        _stage.Refused("ann", new Say(Guid.NewGuid(), "one more"), "slow-down");
    }

    [Fact]
    public void CrowdIsNeverSilencedForBeingLoud()
    {
        for (var i = 0; i < 5_000; i++) _stage.Say($"u-{i}", "me too");

        Assert.Equal(5_001, _stage.State.Seq);
    }

    [Fact]
    public void EmojiOnlyRoomTakesNothingElseFromParticipants()
    {
        _stage.Done("mod", new ChangeSettings(EmojiOnly: true));

        _stage.Refused("ann", new Say(Guid.NewGuid(), "👏 bravo"), "emoji-only");
        var message = _stage.Say("ann", "👏👏 🎉");
        _stage.Refused("ann", new Edit(message, "bravo"), "emoji-only");
        _stage.Say("mod", "words from me");
    }

    [Fact]
    public void MembersOnlyRoomIsWatchedByVisitors()
    {
        _stage.Put("member", CommunityRole.Member);
        var message = _stage.Say("ann", "hello");
        _stage.Done("mod", new ChangeSettings(MembersOnly: true));

        _stage.Refused("ann", new Say(Guid.NewGuid(), "hello"), "members-only");
        _stage.Refused("ann", new ReactTo(message, "👍"), "members-only");
        _stage.Done("ann", new Delete(message));
        _stage.Say("member", "hello");
    }
}
