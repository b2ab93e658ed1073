using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.Playwright;

namespace Engage.Browser.Tests;

/// <summary>Lost connections, and very many messages.</summary>
[Collection(nameof(LivePage))]
public sealed class RoomEnduranceTests(LivePage live) : VisitTests(live), IDisposable
{
    private const int Many = 5_000;

    /// <summary>Far less than what a page may be behind before it is given the newest alone.</summary>
    private const int Portion = 500;

    private readonly RoomHall _hall = new(live);

    [BrowserFact]
    public async Task WhoComesBackSeesWhatSheMissedOnce()
    {
        var room = await _hall.OpenRoomAsync();
        var lin = await (await _hall.OwnerAsync()).EnterAsync(room);
        var yu = await _hall.GuestAsync();
        var line = await Line.OfAsync(yu.Page);
        await yu.Page.ReloadAsync();
        await yu.EnterAsync(room);
        await lin.SayAsync("before");
        await yu.SeesAsync("before");

        await line.CutAsync();
        await Assertions.Expect(yu.Page.GetByTestId("connection")).Not.ToHaveAttributeAsync("data-state", "connected");
        await lin.SayAsync("missed one");
        await lin.SayAsync("missed two");
        await lin.SeesAsync("missed two");
        await yu.SayAsync("said without a connection");
        await Assertions.Expect(yu.Page.GetByTestId("outgoing")).ToHaveAttributeAsync("data-state", "waiting");
        await line.MendAsync();

        await lin.SeesAsync("said without a connection");
        await Assertions.Expect(yu.Texts)
            .ToHaveTextAsync(["before", "missed one", "missed two", "said without a connection"]);
        await Assertions.Expect(lin.Texts)
            .ToHaveTextAsync(["before", "missed one", "missed two", "said without a connection"]);
    }

    [BrowserFact]
    public async Task ThousandsOfMessagesKeepABoundedPartInTheDocument()
    {
        var room = await _hall.OpenRoomAsync();
        var lin = await (await _hall.OwnerAsync()).EnterAsync(room);
        var token = await lin.TokenAsync();
        for (var said = 0; said < Many; said += Portion)
        {
            await Parallel.ForEachAsync(
                Enumerable.Range(said + 1, Portion), new ParallelOptions { MaxDegreeOfParallelism = 8 },
                async (number, _) => await _hall.SayAsync(room, token, Numbered(number)));
            await Assertions.Expect(lin.Page.GetByTestId("log"))
                // The start of the room has a row of its own.
                .ToHaveAttributeAsync(
                    "data-count", new Regex($"^{(said + Portion) / 10}\\d$"), new() { Timeout = 60_000 });
        }

        var atEnd = await lin.Messages.CountAsync();
        await lin.Page.GetByTestId("log").EvaluateAsync("log => log.scrollTop = log.scrollHeight / 2");
        await Assertions.Expect(lin.Page.GetByTestId("to-end")).ToBeVisibleAsync();
        var inTheMiddle = await lin.Messages.CountAsync();
        await lin.SayAsync("the last one");

        await lin.SeesAsync("the last one");
        Assert.InRange(atEnd, 5, 60);
        Assert.InRange(inTheMiddle, 5, 60);
        Assert.InRange(await lin.Page.EvaluateAsync<int>("document.querySelectorAll('*').length"), 100, 2_000);
    }

    public void Dispose() => _hall.Dispose();

    private static string Numbered(int number) =>
        string.Create(CultureInfo.InvariantCulture, $"message number {number}");

    /// <summary>The way from a page to the server, which can be cut: emulation alone leaves open sockets be.</summary>
    private sealed class Line(IPage page)
    {
        private IWebSocketRoute? _open;
        private bool _isCut;

        public static async Task<Line> OfAsync(IPage page)
        {
            var line = new Line(page);
            await page.RouteWebSocketAsync(url => url.Contains("/hub", StringComparison.Ordinal), line.Opened);
            return line;
        }

        public async Task CutAsync()
        {
            _isCut = true;
            await page.Context.SetOfflineAsync(true);
            await _open!.CloseAsync(new() { Code = 1001, Reason = "The line was cut." });
        }

        public Task MendAsync()
        {
            _isCut = false;
            return page.Context.SetOfflineAsync(false);
        }

        private void Opened(IWebSocketRoute socket)
        {
            if (_isCut)
            {
                _ = socket.CloseAsync();
                return;
            }
            _open = socket;
            socket.ConnectToServer();
        }
    }
}
