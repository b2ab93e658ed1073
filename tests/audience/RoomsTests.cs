using System.Text.Json;
using Engage.Audience.Catalogue;
using Engage.Audience.Rooms;

namespace Engage.Audience.Tests;

public sealed class RoomsTests
{
    private static readonly DemoCatalogue Catalogue = DemoCatalogue.Compose(Texts.Load());
    private static readonly IReadOnlyList<DemoRoom> Rooms = DemoRoom.Compose(Catalogue);

    [Fact]
    public void RoomsBelongToCreatorsAndCommunitiesOfTheCatalogue()
    {
        var creators = Catalogue.Creators.Select(creator => creator.Id).ToHashSet();
        var communities = Catalogue.Communities.Select(community => community.Id).ToHashSet();

        Assert.All(Rooms, room => Assert.Contains(room.Message.Creator, creators));
        Assert.All(Rooms, room => Assert.Contains(room.Message.Community, communities));
        Assert.All(Rooms, room => Assert.NotEmpty(room.Topics));
        Assert.True(Rooms.Count(room => room.Message.Creator == DemoRoom.TeachersCreator) >= 2);
    }

    [Fact]
    public void SameSeedSaysTheSameAndOnlyWhatARoomTakes()
    {
        var (first, second) = (NewChatter(7), NewChatter(7));
        var sight = new RoomSight();
        sight.See(Json(
            """{"entries":[{"seq":1,"kind":"said"},{"seq":2,"kind":"asked"},""" +
            """{"seq":3,"kind":"pollOpened","poll":{"choices":["A","B"]}}]}"""));

        var said = Enumerable.Range(0, 500).Select(_ => Text(first.Listen(sight, chinese: true))).ToArray();
        var again = Enumerable.Range(0, 500).Select(_ => Text(second.Listen(sight, chinese: true))).ToArray();

        Assert.Equal(said, again);
        Assert.All(said, text => Assert.InRange(text.Length, 1, 500));
        Assert.All(said, text => Assert.DoesNotContain("{0}", text, StringComparison.Ordinal));
        Assert.Equal(
            ["ask", "reactTo", "say", "upvote", "vote"],
            said.Where(text => text[0] == '{').Select(text => Json(text).GetProperty("do").GetString())
                .Distinct().Order());
    }

    [Fact]
    public void NobodyVotesOrAnswersWhereThereIsNothing()
    {
        var chatter = NewChatter(1);
        var nothing = new RoomSight();

        var said = Enumerable.Range(0, 300).Select(_ => Text(chatter.Listen(nothing, chinese: false))).ToArray();
        var taught = Text(chatter.Teach(nothing, chinese: false));

        Assert.DoesNotContain(said, text => text.Contains("\"vote\"", StringComparison.Ordinal));
        Assert.DoesNotContain(said, text => text.Contains("\"upvote\"", StringComparison.Ordinal));
        Assert.Contains("\"openPoll\"", taught, StringComparison.Ordinal);
    }

    [Fact]
    public void SightFollowsWhatOpensAndCloses()
    {
        var sight = new RoomSight();

        sight.See(Json(
            """{"state":{"questions":{"4":{"answered":false},"5":{"answered":true}},""" +
            """ "polls":{"6":{"open":true,"choices":["A","B","C"]},"7":{"open":false,"choices":["A","B"]}}},""" +
            """ "entries":[]}"""));
        sight.See(Json(
            """{"entries":[{"seq":8,"kind":"asked"},{"seq":9,"kind":"said"},""" +
            """{"seq":10,"kind":"pollOpened","poll":{"choices":["A","B"]}}]}"""));
        var before = (sight.Questions.ToArray(), sight.Polls.Keys.Order().ToArray());
        sight.See(Json(
            """{"entries":[{"seq":11,"kind":"questionAnswered","question":4},""" +
            """{"seq":12,"kind":"pollClosed","poll":6},{"seq":13,"kind":"deleted","target":9}],""" +
            """ "state":{"questions":{"8":null}}}"""));

        Assert.Equal([4, 8], before.Item1);
        Assert.Equal([6, 10], before.Item2);
        Assert.Empty(sight.Questions);
        Assert.Empty(sight.Messages);
        Assert.Equal([10], sight.Polls.Keys);
    }

    private static Chatter NewChatter(int seed) => new(Texts.LoadPhrases(), Rooms[0].Topics, seed);

    private static string Text(RoomAct act) => act is RoomAct.Action action
        ? JsonSerializer.Serialize(action.Members)
        : ((RoomAct.Reaction)act).Emoji;

    private static JsonElement Json(string text) => JsonDocument.Parse(text).RootElement;
}
