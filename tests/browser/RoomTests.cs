using Microsoft.Playwright;

namespace Engage.Browser.Tests;

/// <summary>Two people with a browser each in one room.</summary>
[Collection(nameof(LivePage))]
public sealed class RoomTests(LivePage live) : VisitTests(live), IDisposable
{
    private readonly RoomHall _hall = new(live);

    [BrowserFact]
    public async Task WhatOneSaysTheOtherSees()
    {
        var (lin, yu) = await TogetherAsync();

        await lin.SayAsync("Good evening 晚上好");
        await yu.SeesAsync("Good evening 晚上好");
        await yu.SayAsync("听得很清楚");

        await lin.SeesAsync("听得很清楚");
        await lin.SeesAsync("Good evening 晚上好");
        await Assertions.Expect(lin.Page.GetByTestId("outgoing")).ToHaveCountAsync(0);
    }

    [BrowserFact]
    public async Task MessageIsAnsweredReactedToEditedAndDeleted()
    {
        var (lin, yu) = await TogetherAsync();
        await lin.SayAsync("which paper?");
        await yu.SeesAsync("which paper?");

        var question = await yu.PickAsync("which paper?");
        await question.GetByTestId("message-reply").ClickAsync();
        await yu.SayAsync("attention is all you need");
        await Assertions.Expect(lin.Page.GetByTestId("quote")).ToContainTextAsync("which paper?");

        await (await lin.PickAsync("attention is all you need")).GetByTestId("react-👍").ClickAsync();
        await Assertions.Expect(yu.Page.GetByTestId("message-reactions")).ToContainTextAsync("1");

        await (await lin.PickAsync("which paper?")).GetByTestId("message-edit").ClickAsync();
        await lin.SayAsync("which paper shall we read?");
        await Assertions.Expect(yu.Texts.First).ToContainTextAsync("which paper shall we read?");

        await (await lin.PickAsync("(edited)")).GetByTestId("message-delete").ClickAsync();
        await Assertions.Expect(yu.Page.GetByTestId("tombstone")).ToHaveCountAsync(1);
        await Assertions.Expect(yu.Texts).ToHaveCountAsync(1);
    }

    [BrowserFact]
    public async Task WhoIsMentionedIsToldWhereverSheIs()
    {
        var (lin, yu) = await TogetherAsync();
        await yu.SayAsync("hello");
        await lin.SeesAsync("hello");
        await yu.Page.GetByTestId("leave-room").ClickAsync();

        await lin.Page.GetByTestId("composer-text").PressSequentiallyAsync($"@{yu.Name[..5]}");
        await lin.Page.GetByTestId("mention-list").GetByRole(AriaRole.Option).First.ClickAsync();
        await lin.Page.GetByTestId("composer-text").PressAsync("Enter");

        await Assertions.Expect(yu.Page.GetByTestId("bell-count")).ToHaveTextAsync("1");
        await yu.Page.GetByTestId("bell").ClickAsync();
        await Assertions.Expect(yu.Page.GetByTestId("inbox")).ToContainTextAsync(lin.Name);
    }

    [BrowserFact]
    public async Task QuestionIsAskedUpvotedAndAnswered()
    {
        var (lin, yu) = await TogetherAsync();
        await yu.OpenTabAsync("questions");
        await lin.OpenTabAsync("questions");

        await yu.Page.GetByTestId("ask-text").FillAsync("Why scale by the root?");
        await yu.Page.GetByTestId("ask-anonymous").CheckAsync();
        await yu.Page.GetByTestId("ask").ClickAsync();
        var question = lin.Page.GetByTestId("questions").GetByTestId("question");
        await Assertions.Expect(question).ToContainTextAsync("Why scale by the root?");
        await Assertions.Expect(question).Not.ToContainTextAsync(yu.Name);
        await question.GetByTestId("upvote").ClickAsync();

        await Assertions.Expect(yu.Page.GetByTestId("questions").GetByTestId("votes")).ToHaveTextAsync("1");
        await question.GetByTestId("mark-answered").ClickAsync();
        await Assertions.Expect(yu.Page.GetByTestId("questions").GetByTestId("question")).ToHaveCountAsync(0);
        await Assertions.Expect(Panel(yu).GetByTestId("question")).ToContainTextAsync("Answered");
    }

    [BrowserFact]
    public async Task PollShowsVotesAsTheyCome()
    {
        var (lin, yu) = await TogetherAsync();
        await lin.OpenTabAsync("polls");
        await lin.Page.GetByTestId("new-poll").ClickAsync();
        await lin.Page.GetByTestId("poll-question").FillAsync("Faster or slower?");
        await lin.Page.GetByTestId("poll-choice-0").FillAsync("Faster");
        await lin.Page.GetByTestId("poll-choice-1").FillAsync("Slower");

        await lin.Page.GetByTestId("open-poll").ClickAsync();
        await yu.OpenTabAsync("polls");
        await Panel(yu).GetByTestId("choice-1").ClickAsync();

        await Assertions.Expect(Panel(lin).GetByTestId("bar-1")).ToHaveAttributeAsync("data-count", "1");
        await Assertions.Expect(Panel(yu).GetByTestId("bar-1")).ToHaveAttributeAsync("data-count", "1");
        await Panel(lin).GetByTestId("close-poll").ClickAsync();
        await Assertions.Expect(Panel(yu).GetByTestId("poll")).ToHaveAttributeAsync("data-open", "false");
    }

    [BrowserFact]
    public async Task RoomGoesFromScheduledOverLiveToReplay()
    {
        var room = await _hall.OpenRoomAsync(DateTimeOffset.UnixEpoch.AddYears(100));
        var lin = await (await _hall.OwnerAsync()).EnterAsync(room);
        var yu = await (await _hall.GuestAsync()).EnterAsync(room);
        await Assertions.Expect(yu.Page.GetByTestId("countdown")).ToBeVisibleAsync();
        await Assertions.Expect(yu.Page.GetByTestId("composer-block")).ToBeVisibleAsync();

        await lin.Page.GetByTestId("start-room").ClickAsync();
        await Assertions.Expect(yu.Page.GetByTestId("room")).ToHaveAttributeAsync("data-phase", "live");
        await yu.SayAsync("so it begins");
        await lin.SeesAsync("so it begins");
        await lin.Page.GetByTestId("end-room").ClickAsync();
        await lin.Page.GetByTestId("end-room").ClickAsync();

        await Assertions.Expect(yu.Page.GetByTestId("room")).ToHaveAttributeAsync("data-phase", "ended");
        await yu.Page.GetByTestId("start-replay").ClickAsync();
        await Assertions.Expect(yu.Page.GetByTestId("replay-seek")).ToBeVisibleAsync();
        await yu.Page.GetByTestId("replay-seek").PressAsync("End");
        await yu.SeesAsync("so it begins");
    }

    public void Dispose() => _hall.Dispose();

    /// <summary>The stage beside it shows the newest poll and the most wanted questions too.</summary>
    private static ILocator Panel(RoomGuest guest) => guest.Page.Locator("#room-panel");

    private async Task<(RoomGuest Owner, RoomGuest Guest)> TogetherAsync()
    {
        var room = await _hall.OpenRoomAsync();
        return (await (await _hall.OwnerAsync()).EnterAsync(room), await (await _hall.GuestAsync()).EnterAsync(room));
    }
}
