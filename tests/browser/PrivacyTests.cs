using Microsoft.Playwright;

namespace Engage.Browser.Tests;

/// <summary>What a person decides about herself happens, and is shown to her.</summary>
[Collection(nameof(LivePage))]
public sealed class PrivacyTests(LivePage live) : VisitTests(live), IDisposable
{
    private readonly RoomHall _hall = new(live);

    [BrowserFact]
    public async Task ConsentIsSavedAndRemembered()
    {
        var yu = await _hall.GuestAsync();
        await yu.GoAsync("#/privacy");
        var personalization = yu.Page.GetByTestId("consent-personalization");
        await Assertions.Expect(personalization).Not.ToBeCheckedAsync();

        await personalization.ClickAsync();
        await Assertions.Expect(yu.Page.GetByTestId("consent").GetByTestId("done")).Not.ToBeEmptyAsync();
        await yu.Page.ReloadAsync();

        await Assertions.Expect(yu.Page.GetByTestId("consent-personalization")).ToBeCheckedAsync();
    }

    [BrowserFact]
    public async Task EverythingKnownComesAsAFile()
    {
        var yu = await _hall.GuestAsync();
        await yu.GoAsync("#/privacy");

        await yu.Page.GetByTestId("begin-export").ClickAsync();
        var download = await yu.Page.RunAndWaitForDownloadAsync(
            () => yu.Page.GetByTestId("save-export").ClickAsync(), new() { Timeout = 30_000 });

        var text = await File.ReadAllTextAsync(await download.PathAsync());
        Assert.Contains(yu.UserName, text, StringComparison.Ordinal);
    }

    [BrowserFact]
    public async Task ErasedAccountIsGone()
    {
        var yu = await _hall.GuestAsync();
        await yu.GoAsync("#/privacy");
        await yu.Page.GetByTestId("begin-erase").ClickAsync();
        await yu.Page.GetByTestId("erase-password").FillAsync(yu.Password);
        await yu.Page.GetByTestId("erase-sure").CheckAsync();

        await yu.Page.GetByTestId("erase-do").ClickAsync();

        await Assertions.Expect(yu.Page.GetByTestId("erasure")).ToHaveAttributeAsync("data-done", "true");
        await yu.Page.GotoAsync("/");
        await yu.Page.GetByTestId("user-name").FillAsync(yu.UserName);
        await yu.Page.GetByTestId("password").FillAsync(yu.Password);
        await yu.Page.GetByTestId("submit").ClickAsync();
        await Assertions.Expect(yu.Page.GetByRole(AriaRole.Alert)).ToBeVisibleAsync();
    }

    public void Dispose() => _hall.Dispose();
}
