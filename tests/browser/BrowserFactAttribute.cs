namespace Engage.Browser.Tests;

/// <summary>A test that needs Debian's chromium and the built page; says so where it cannot run.</summary>
public sealed class BrowserFactAttribute : FactAttribute
{
    public BrowserFactAttribute() => Skip = Missing();

    private static string? Missing()
    {
        if (!File.Exists(LivePage.Chromium))
            return $"{LivePage.Chromium} is missing; './engage test' installs it where it can";
        return File.Exists(Path.Combine(LivePage.WebRoot, "index.html"))
            ? null
            : "the page is not built; './engage test' builds it";
    }
}
