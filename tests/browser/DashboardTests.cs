using System.Globalization;
using Microsoft.Playwright;

namespace Engage.Browser.Tests;

/// <summary>The creator sees the room breathe.</summary>
[Collection(nameof(LivePage))]
public sealed class DashboardTests(LivePage live) : VisitTests(live), IDisposable
{
    private readonly RoomHall _hall = new(live);

    [BrowserFact]
    public async Task FiguresMoveWithTheRoom()
    {
        var room = await _hall.OpenRoomAsync();
        var lin = await _hall.OwnerAsync();
        var yu = await (await _hall.GuestAsync()).EnterAsync(room);
        await yu.SayAsync("one");
        await lin.GoAsync($"#/creators/{RoomHall.Creator}/dashboard");
        await ChooseAsync(lin, room);
        await Assertions.Expect(Figure(lin, "messages")).ToHaveAttributeAsync("data-value", "1");
        await Assertions.Expect(Figure(lin, "present")).ToHaveAttributeAsync("data-value", "1");

        await yu.SayAsync("two");
        await yu.SayAsync("three");
        await yu.OpenTabAsync("questions");
        await yu.Page.GetByTestId("ask-text").FillAsync("How much longer?");
        await yu.Page.GetByTestId("ask").ClickAsync();

        await Assertions.Expect(Figure(lin, "messages")).ToHaveAttributeAsync("data-value", "3");
        await Assertions.Expect(Figure(lin, "questions")).ToHaveAttributeAsync("data-value", "1");
        await Assertions.Expect(lin.Page.GetByTestId("open-questions")).ToContainTextAsync("How much longer?");
        await Assertions.Expect(lin.Page.GetByTestId("active")).ToContainTextAsync(yu.Name);
    }

    [BrowserFact]
    public async Task ChartsCanBeReadAsTables()
    {
        var room = await _hall.OpenRoomAsync();
        var lin = await _hall.OwnerAsync();
        await (await _hall.GuestAsync()).EnterAsync(room);
        await lin.GoAsync($"#/creators/{RoomHall.Creator}/dashboard");
        await ChooseAsync(lin, room);
        await Assertions.Expect(lin.Page.GetByTestId("chart").First).ToBeVisibleAsync();

        await lin.Page.GetByTestId("as-table").First.ClickAsync();

        var newest = lin.Page.GetByTestId("chart-table").Locator("tbody tr").First.Locator("td").First;
        await Assertions.Expect(newest).ToHaveTextAsync(1.ToString(CultureInfo.InvariantCulture));
    }

    [BrowserFact]
    public async Task WhoDoesNotOwnTheCreatorIsToldSo()
    {
        var bo = await _hall.GuestAsync();

        await bo.GoAsync($"#/creators/{RoomHall.Creator}/dashboard");

        await Assertions.Expect(bo.Page.GetByRole(AriaRole.Alert)).ToBeVisibleAsync();
        await Assertions.Expect(bo.Page.GetByTestId("room-board")).ToHaveCountAsync(0);
    }

    public void Dispose() => _hall.Dispose();

    private static ILocator Figure(RoomGuest guest, string name) => guest.Page.GetByTestId($"figure-{name}");

    /// <summary>Other tests leave rooms of the same creator behind.</summary>
    private static async Task ChooseAsync(RoomGuest guest, string room)
    {
        var board = guest.Page.GetByTestId("room-board");
        await Assertions.Expect(board).ToBeVisibleAsync();
        var chip = guest.Page.Locator($"[data-testid=room-choice][data-room='{room}']");
        if (await board.GetAttributeAsync("data-room") != room) await chip.ClickAsync();
        await Assertions.Expect(board).ToHaveAttributeAsync("data-room", room);
    }
}
