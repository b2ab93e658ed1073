using Microsoft.Playwright;

namespace Engage.Browser.Tests;

/// <summary>What a participant does and sees, in a real browser against a real server.</summary>
[Collection(nameof(LivePage))]
public sealed class ParticipantTests(LivePage live) : VisitTests(live)
{
    private static int _visitors;

    [BrowserFact]
    public async Task RecommendationsChangeWithoutReloadAfterAnAct()
    {
        var page = await SignedUpAsync("en-US", 1440, 900);
        var recommended = page.GetByTestId("recommendation");
        var first = await recommended.First.GetAttributeAsync("data-content-id");
        await page.EvaluateAsync("window.neverReloaded = true");

        await recommended.First.ClickAsync();
        await page.GetByTestId("act-completed").ClickAsync();
        await page.GetByTestId("close-detail").ClickAsync();

        await Assertions.Expect(page.Locator($"[data-testid=recommendation][data-content-id='{first}']"))
            .ToHaveCountAsync(0);
        await Assertions.Expect(recommended.First).ToBeVisibleAsync();
        await Assertions.Expect(page.GetByTestId("reason").First).Not.ToBeEmptyAsync();
        Assert.True(await page.EvaluateAsync<bool>("window.neverReloaded === true"));
    }

    [BrowserFact]
    public async Task ActsAreShownAsAcknowledged()
    {
        var page = await SignedUpAsync("en-US", 1440, 900);

        await page.GetByTestId("content-card").First.ClickAsync();
        await page.GetByTestId("act-liked").ClickAsync();
        await page.GetByTestId("close-detail").ClickAsync();

        await Assertions.Expect(page.Locator("[data-testid=activity-item][data-state=acked]").First).ToBeVisibleAsync();
        await Assertions.Expect(page.Locator("[data-testid=activity-item][data-state=rejected]")).ToHaveCountAsync(0);
    }

    [BrowserFact]
    public async Task PageSpeaksTheReadersLanguageAndSwitches()
    {
        var page = await Live.VisitAsync("zh-CN", 1440, 900);
        Assert.Equal("zh", (await page.Locator("html").GetAttributeAsync("lang"))![..2]);

        await page.GetByTestId("language").ClickAsync();

        await Assertions.Expect(page.Locator("html"))
            .ToHaveAttributeAsync("lang", new System.Text.RegularExpressions.Regex("^en"));
    }

    [BrowserFact]
    public async Task PhoneShowsRecommendationsWithoutSidewaysScrolling()
    {
        var page = await SignedUpAsync("zh-CN", 390, 844);

        await Assertions.Expect(page.GetByTestId("recommendation").First).ToBeVisibleAsync();
        Assert.True(await page.EvaluateAsync<bool>("document.documentElement.scrollWidth <= window.innerWidth"));
    }

    [BrowserFact]
    public async Task WrongPasswordIsSaidAndNothingBreaks()
    {
        var page = await Live.VisitAsync("en-US", 1440, 900);
        await page.GetByTestId("sign-in").ClickAsync();
        await page.GetByTestId("user-name").FillAsync("nobody-here");
        await page.GetByTestId("password").FillAsync("not the password");

        await page.GetByTestId("submit").ClickAsync();

        await Assertions.Expect(page.GetByRole(AriaRole.Alert)).ToBeVisibleAsync();
        await Assertions.Expect(page.GetByTestId("password")).ToBeVisibleAsync();
    }

    [BrowserFact]
    public async Task PageBreaksNoneOfItsOwnSecurityRules()
    {
        var page = await Live.VisitAsync("en-US", 1440, 900);
        var complaints = new List<string>();
        page.Console += (_, message) =>
        {
            if (message.Type == "error") complaints.Add(message.Text);
        };

        await page.ReloadAsync();
        await SignUpAsync(page);

        Assert.DoesNotContain(complaints, text => text.Contains("Content Security Policy", StringComparison.Ordinal));
    }

    private async Task<IPage> SignedUpAsync(string language, int width, int height)
    {
        var page = await Live.VisitAsync(language, width, height);
        await SignUpAsync(page);
        return page;
    }

    private static async Task SignUpAsync(IPage page)
    {
        await page.GetByTestId("sign-up").ClickAsync();
        await page.GetByTestId("user-name").FillAsync($"visitor-{Interlocked.Increment(ref _visitors)}");
        await page.GetByTestId("display-name").FillAsync("小雨");
        await page.GetByTestId("password").FillAsync("correct horse battery");
        await page.GetByTestId("consent-personalization").CheckAsync();
        await page.GetByTestId("submit").ClickAsync();
        await Assertions.Expect(page.GetByTestId("recommendation").First).ToBeVisibleAsync();
    }
}
