using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;

namespace Engage.LoadGen.Measure;

/// <summary>A report as one page without scripts or other files: its head and the look all have.</summary>
internal static class ReportPage
{
    private const string Style = """
        :root { color-scheme: light dark; --line: #8884; --soft: #8882; }
        body { font: 15px/1.5 system-ui, "Noto Sans SC", sans-serif; margin: 2rem auto; padding: 0 1rem; }
        h1 { font-size: 1.5rem; }
        .scroll { overflow-x: auto; }
        table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
        svg { width: 100%; height: auto; }
        svg text { fill: currentColor; font: 12px system-ui, sans-serif; }
        .legend { display: flex; flex-wrap: wrap; gap: .3rem 1.2rem; list-style: none; padding: 0; }
        .legend svg { width: 2rem; height: .8rem; vertical-align: middle; }
        """;

    /// <summary>Up to where the content begins; the caller ends <c>main</c>, <c>body</c> and <c>html</c>.</summary>
    /// <param name="style">What this report looks like beyond the common.</param>
    public static StringBuilder Begin(string title, string style)
    {
        var page = new StringBuilder();
        return page.Append(CultureInfo.InvariantCulture, $"""
            <!doctype html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <title>{Encode(title)}</title>
            <style>
            {Style}
            {style}
            </style>
            </head>
            <body>
            <main>

            """);
    }

    public static string Encode(string text) => HtmlEncoder.Default.Encode(text);
}
