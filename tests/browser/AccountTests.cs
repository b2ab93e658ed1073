using System.Text.RegularExpressions;
using Microsoft.Playwright;

namespace Engage.Browser.Tests;

/// <summary>Who is signed in where, and how that ends.</summary>
[Collection(nameof(LivePage))]
public sealed partial class AccountTests(LivePage live) : VisitTests(live), IDisposable
{
    private readonly RoomHall _hall = new(live);

    [BrowserFact]
    public async Task SessionThatIsRevokedElsewhereLeadsToTheEntryAtOnce()
    {
        var yu = await _hall.GuestAsync();
        var other = await OnAnotherDeviceAsync(yu);
        await other.GoAsync("#/account");

        await other.Page.GetByTestId("end-others").ClickAsync();

        await Assertions.Expect(yu.Page.GetByTestId("ending")).ToBeVisibleAsync();
        await Assertions.Expect(other.Page.GetByTestId("session")).ToHaveCountAsync(1);
    }

    [BrowserFact]
    public async Task ANewTabGoesOnWithTheSession()
    {
        var yu = await _hall.GuestAsync();

        var tab = await yu.Page.Context.NewPageAsync();
        await tab.GotoAsync("/");

        await Assertions.Expect(tab.GetByTestId("sign-out")).ToBeVisibleAsync();
        await tab.GetByTestId("sign-out").ClickAsync();
        await Assertions.Expect(yu.Page.GetByTestId("sign-in")).ToBeVisibleAsync();
    }

    [BrowserFact]
    public async Task AuthenticatorIsAskedForFromItsSetUpOn()
    {
        var yu = await _hall.GuestAsync();
        await yu.GoAsync("#/account");
        await yu.Page.GetByTestId("totp-password").FillAsync(yu.Password);
        await yu.Page.GetByTestId("begin-totp").ClickAsync();
        var secret = Spaces().Replace(await yu.Page.GetByTestId("totp-secret").InnerTextAsync(), "");
        await yu.Page.GetByTestId("totp-code").FillAsync(Authenticator.Code(secret, TimeProvider.System.GetUtcNow()));
        await yu.Page.GetByTestId("confirm-totp").ClickAsync();
        var codes = yu.Page.GetByTestId("recovery-codes").GetByRole(AriaRole.Listitem);
        await Assertions.Expect(codes).ToHaveCountAsync(10);
        var recovery = await codes.First.InnerTextAsync();

        await yu.Page.GetByTestId("sign-out").ClickAsync();
        await yu.Page.GetByTestId("user-name").FillAsync(yu.UserName);
        await yu.Page.GetByTestId("password").FillAsync(yu.Password);
        await yu.Page.GetByTestId("submit").ClickAsync();
        await yu.Page.GetByTestId("code").FillAsync(recovery);
        await yu.Page.GetByTestId("confirm-code").ClickAsync();

        await Assertions.Expect(yu.Page.GetByTestId("sign-out")).ToBeVisibleAsync();
    }

    [BrowserFact]
    public async Task GuestsLookAndAreAskedToSignUp()
    {
        var page = await Live.VisitAsync("en-US", 1280, 800);

        await page.GetByTestId("as-guest").ClickAsync();

        await Assertions.Expect(page.GetByTestId("content-card").First).ToBeVisibleAsync();
        await page.GetByTestId("leave-guest").ClickAsync();
        await Assertions.Expect(page.GetByTestId("sign-up")).ToBeVisibleAsync();
    }

    public void Dispose() => _hall.Dispose();

    private async Task<RoomGuest> OnAnotherDeviceAsync(RoomGuest guest)
    {
        var other = guest with { Page = await Live.VisitAsync("en-US", 1280, 800) };
        await other.SignInAsync();
        return other;
    }

    [GeneratedRegex(@"\s")]
    private static partial Regex Spaces();
}
