using System.Globalization;
using System.Text;
using Engage.Evaluation;
using Engage.LoadGen.Measure;

namespace Engage.Bench.Evaluation;

/// <summary>Curves over events as inline SVG; colours and dashes differ, so that it reads without colour too.</summary>
internal static class LineChart
{
    private const double Width = 960;
    private const double Height = 340;
    private const double Left = 48;
    private const double Bottom = 28;
    private const double Top = 10;

    // Okabe and Ito's palette, told apart by people who see colours differently.
    private static readonly string[] Colours =
        ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#8c8c8c", "#b8860b", "#7a4fbf"];

    private static readonly string[] Dashes = ["", "7 3", "2 3", "9 3 2 3"];

    /// <param name="value">The height of a point, 0 or more.</param>
    public static void Append(
        StringBuilder page, string title, IReadOnlyList<Curve> curves, Func<CurvePoint, double> value)
    {
        Curve[] drawn = [.. curves.Where(curve => curve.Points.Count > 1)];
        if (drawn.Length == 0)
            return;
        var top = NiceTop(drawn.SelectMany(curve => curve.Points).Max(value));
        var events = drawn.SelectMany(curve => curve.Points).Max(point => point.Events);
        page.Append(CultureInfo.InvariantCulture, $"""
            <figure><h2>{title}</h2>
            <div class="scroll" tabindex="0" role="region" aria-label="{title}">
            <svg class="chart" viewBox="0 0 {Width} {Height}" role="img" aria-label="{title}">

            """);
        for (var step = 0; step <= 4; step++)
            AppendGrid(page, step / 4.0, top, events);
        for (var c = 0; c < drawn.Length; c++)
            page.Append(CultureInfo.InvariantCulture, $"""
                <path fill="none" {Stroke(c)} d="{Path(drawn[c], value, top, events)}"/>

                """);
        page.Append("</svg></div>\n<figcaption><ul class=\"legend\">");
        for (var c = 0; c < drawn.Length; c++)
            page.Append(CultureInfo.InvariantCulture, $"""
                <li><svg viewBox="0 0 32 12" aria-hidden="true"><path {Stroke(c)} d="M0 6H32"/></svg>
                {ReportPage.Encode(drawn[c].Model)}</li>
                """);
        page.Append("</ul></figcaption></figure>\n");
    }

    private static void AppendGrid(StringBuilder page, double share, double top, int events)
    {
        var y = Y(share * top, top);
        var x = X(share * events, events);
        page.Append(CultureInfo.InvariantCulture, $"""
            <path stroke="currentColor" stroke-opacity=".15" d="M{Left} {y:F1}H{Width}"/>
            <text x="{Left - 6}" y="{y + 4:F1}" text-anchor="end">{share * top:0.###}</text>
            <text x="{x:F1}" y="{Height - 8}" text-anchor="{(share == 0 ? "start" : share == 1 ? "end" : "middle")}">
            {share * events:N0}</text>

            """);
    }

    private static string Path(Curve curve, Func<CurvePoint, double> value, double top, int events) =>
        "M" + string.Join('L', curve.Points.Select(point => FormattableString.Invariant(
            $"{X(point.Events, events):F1} {Y(value(point), top):F1}")));

    private static string Stroke(int c) =>
        $"""stroke="{Colours[c % Colours.Length]}" stroke-width="2" stroke-dasharray="{Dashes[c % Dashes.Length]}" """;

    private static double X(double at, double events) => Left + ((Width - Left) * at / Math.Max(1, events));

    private static double Y(double at, double top) => Height - Bottom - ((Height - Bottom - Top) * at / top);

    /// <summary>The next round number whose quarters are short.</summary>
    private static double NiceTop(double max)
    {
        var unit = Math.Pow(10, Math.Floor(Math.Log10(Math.Max(max, 1e-3))));
        foreach (var times in (double[])[1, 1.2, 1.6, 2, 2.4, 3.2, 4, 6, 8])
            if (max <= times * unit)
                return times * unit;
        return 10 * unit;
    }
}
