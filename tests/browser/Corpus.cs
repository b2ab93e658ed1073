using Microsoft.Playwright;

namespace Engage.Browser.Tests;

/// <summary>What attackers write into text fields, and what is to be seen of it: the letters, and nothing else.</summary>
internal static class Corpus
{
    /// <summary>Would be set by a script that got to run.</summary>
    public const string Mark = "__engageHit";

    public static readonly string[] Texts =
    [
        $"<script>window.{Mark}=1</script>",
        $"<img src=x onerror=\"window.{Mark}=1\">",
        $"<svg/onload=window.{Mark}=1>",
        $"\"><script>window.{Mark}=1</script>",
        $"'\"><img src=x onerror=window.{Mark}=1>",
        $"</title><script>window.{Mark}=1</script>",
        $"</textarea><img src=x onerror=window.{Mark}=1>",
        $"<iframe srcdoc=\"<script>parent.{Mark}=1</script>\"></iframe>",
        $"<a href=\"javascript:window.{Mark}=1\">click</a>",
        $"<details open ontoggle=window.{Mark}=1>",
        $"{{@html '<img src=x onerror=window.{Mark}=1>'}}",
        $"{{{{constructor.constructor('window.{Mark}=1')()}}}}",
        $"&lt;script&gt;window.{Mark}=1&lt;/script&gt;",
        "'; DROP TABLE activity_event; --",
        "' OR '1'='1",
        "$$; DROP TABLE book_document; $$",
    ];

    public static object Both(string text) => new { zh = text, en = text };

    public static Task SeesAsync(ILocator where, string text) =>
        Assertions.Expect(where).ToContainTextAsync(text);

    /// <returns>What the browser refuses under the page's policy, and dialogs that open, from now on.</returns>
    public static List<string> Watch(IPage page)
    {
        var complaints = new List<string>();
        page.Console += (_, message) =>
        {
            if (message.Text.Contains("Content Security Policy", StringComparison.Ordinal))
                complaints.Add(message.Text);
        };
        page.Dialog += async (_, dialog) =>
        {
            complaints.Add($"dialog: {dialog.Message}");
            await dialog.DismissAsync();
        };
        return complaints;
    }

    /// <summary>Nothing ran, and the policy was not what had to stop it: it never was more than text.</summary>
    public static async Task NothingRanAsync(IPage page, List<string> complaints)
    {
        Assert.False(await HitAsync(page));
        Assert.Empty(complaints);
        await Assertions.Expect(page.Locator("iframe, [onerror], [onload], [ontoggle], a[href^='javascript:']"))
            .ToHaveCountAsync(0);
    }

    public static async Task<bool> HitAsync(IPage page) =>
        await page.EvaluateAsync<bool>("mark => mark in window", Mark);
}
