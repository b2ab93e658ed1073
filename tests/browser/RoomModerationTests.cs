using Microsoft.Playwright;

namespace Engage.Browser.Tests;

/// <summary>What moderators do, and how it looks to whom it is done.</summary>
[Collection(nameof(LivePage))]
public sealed class RoomModerationTests(LivePage live) : VisitTests(live), IDisposable
{
    private readonly RoomHall _hall = new(live);

    [BrowserFact]
    public async Task BannedPersonSeesItAtOnceAndCannotReturn()
    {
        var room = await _hall.OpenRoomAsync();
        var lin = await (await _hall.OwnerAsync()).EnterAsync(room);
        var bo = await (await _hall.GuestAsync()).EnterAsync(room);
        await bo.SayAsync("buy cheap watches");
        await lin.SeesAsync("buy cheap watches");

        await (await lin.PickAsync("buy cheap watches")).GetByTestId("message-sanction").ClickAsync();
        // The choice itself lies unseen under its label.
        await lin.Page.GetByTestId("sanction-ban").CheckAsync(new() { Force = true });
        await lin.Page.GetByTestId("sanction-reason").FillAsync("advertising");
        await lin.Page.GetByTestId("sanction-erase").CheckAsync();
        await lin.Page.GetByTestId("sanction-do").ClickAsync();

        await Assertions.Expect(bo.Closed).ToHaveAttributeAsync("data-reason", "banned");
        await Assertions.Expect(lin.Page.GetByTestId("tombstone")).ToHaveCountAsync(1);

        // The same token in the same tab.
        await bo.Page.ReloadAsync();
        await Assertions.Expect(bo.Closed).ToContainTextAsync("advertising");

        // The same account in another tab, which signs in by itself.
        var tab = bo with { Page = await bo.Page.Context.NewPageAsync() };
        await tab.Page.GotoAsync($"/#/rooms/{room}");
        await Assertions.Expect(tab.Closed).ToHaveAttributeAsync("data-reason", "banned");

        // And with a session of its own.
        await tab.Page.GetByTestId("sign-out").ClickAsync();
        await tab.SignInAsync();
        await tab.GoAsync($"#/rooms/{room}");
        await Assertions.Expect(tab.Closed).ToHaveAttributeAsync("data-reason", "banned");
    }

    [BrowserFact]
    public async Task SlowModeSaysWhenToTryAgain()
    {
        var (lin, yu) = await TogetherAsync();
        await lin.OpenTabAsync("moderation");
        await lin.Page.GetByTestId("slow-mode").SelectOptionAsync("300");
        await Assertions.Expect(yu.Page.GetByTestId("composer")).ToContainTextAsync("300");
        await yu.SayAsync("first");
        await lin.OpenTabAsync("chat");
        await lin.SeesAsync("first");

        await yu.SayAsync("second");

        await Assertions.Expect(yu.Page.GetByTestId("composer").GetByTestId("refusal")).ToContainTextAsync("Slow mode");
        await Assertions.Expect(yu.Page.GetByTestId("retry-after")).ToContainTextAsync(":");
        await Assertions.Expect(yu.Page.GetByTestId("outgoing")).ToHaveAttributeAsync("data-state", "failed");
        await Assertions.Expect(lin.Texts).ToHaveCountAsync(1);
    }

    [BrowserFact]
    public async Task HeldMessageIsSeenOnceItIsApproved()
    {
        var (lin, yu) = await TogetherAsync();
        await lin.OpenTabAsync("moderation");
        await lin.Page.GetByTestId("setting-holdMessages").CheckAsync();
        await Assertions.Expect(lin.Page.GetByTestId("setting-holdMessages")).ToBeCheckedAsync();

        await yu.SayAsync("may I?");
        await Assertions.Expect(yu.Page.GetByTestId("outgoing")).ToHaveAttributeAsync("data-state", "held");
        await lin.Page.GetByTestId("approve").ClickAsync();

        await yu.SeesAsync("may I?");
        await Assertions.Expect(yu.Page.GetByTestId("outgoing")).ToHaveCountAsync(0);
    }

    [BrowserFact]
    public async Task RaisedHandIsCalled()
    {
        var (lin, yu) = await TogetherAsync();
        await lin.OpenTabAsync("people");

        await yu.Page.GetByTestId("raise-hand").ClickAsync();
        await Assertions.Expect(lin.Page.GetByTestId("hands")).ToContainTextAsync(yu.Name);
        await lin.Page.GetByTestId("call-next").ClickAsync();

        await Assertions.Expect(yu.Page.Locator("[data-testid=happening][data-kind=handCalled]"))
            .ToContainTextAsync(yu.Name);
        await Assertions.Expect(yu.Page.GetByTestId("raise-hand")).ToHaveAttributeAsync("aria-pressed", "false");
    }

    public void Dispose() => _hall.Dispose();

    private async Task<(RoomGuest Owner, RoomGuest Guest)> TogetherAsync()
    {
        var room = await _hall.OpenRoomAsync();
        return (await (await _hall.OwnerAsync()).EnterAsync(room), await (await _hall.GuestAsync()).EnterAsync(room));
    }
}
