using System.Globalization;
using System.Text;
using Engage.LoadGen.Measure;

namespace Engage.LoadGen.Load.Conducting;

/// <summary>Curves over the seconds of a run as inline SVG; dashes tell them apart without colour too.</summary>
internal static class LoadChart
{
    private const double Width = 960;
    private const double Height = 220;
    private const double Left = 64;
    private const double Bottom = 26;
    private const double Top = 10;

    // Okabe and Ito's palette, told apart by people who see colours differently.
    private static readonly (string Colour, string Dash)[] Strokes = [("#0072b2", ""), ("#d55e00", "7 3")];

    public static void Append(
        StringBuilder page, string title, IReadOnlyList<CurvePoint> points,
        IReadOnlyList<(string Name, Func<CurvePoint, double> Value)> curves)
    {
        if (points.Count < 2)
            return;
        var top = NiceTop(points.Max(point => curves.Max(curve => curve.Value(point))));
        var last = points[^1].Second;
        page.Append(CultureInfo.InvariantCulture, $"""
            <figure><h2>{ReportPage.Encode(title)}</h2>
            <svg viewBox="0 0 {Width} {Height}" role="img" aria-label="{ReportPage.Encode(title)}">

            """);
        for (var step = 0; step <= 4; step++)
            AppendGrid(page, step / 4.0, top, last);
        for (var c = 0; c < curves.Count; c++)
        {
            var path = string.Join('L', points.Select(point => FormattableString.Invariant(
                $"{X(point.Second, last):F1} {Y(curves[c].Value(point), top):F1}")));
            page.Append(CultureInfo.InvariantCulture, $"<path fill=\"none\" {Stroke(c)} d=\"M{path}\"/>\n");
        }

        page.Append("</svg>\n");
        AppendLegend(page, curves);
        page.Append("</figure>\n");
    }

    /// <summary>A single curve is what the heading says.</summary>
    private static void AppendLegend(
        StringBuilder page, IReadOnlyList<(string Name, Func<CurvePoint, double> Value)> curves)
    {
        if (curves.Count < 2)
            return;
        page.Append("<figcaption><ul class=\"legend\">");
        for (var c = 0; c < curves.Count; c++)
            page.Append(CultureInfo.InvariantCulture, $"""
                <li><svg viewBox="0 0 32 12" aria-hidden="true"><path {Stroke(c)} d="M0 6H32"/></svg>
                {ReportPage.Encode(curves[c].Name)}</li>
                """);
        page.Append("</ul></figcaption>\n");
    }

    private static void AppendGrid(StringBuilder page, double share, double top, double last)
    {
        var (x, y) = (X(share * last, last), Y(share * top, top));
        var anchor = share == 0 ? "start" : share == 1 ? "end" : "middle";
        page.Append(CultureInfo.InvariantCulture, $"""
            <path stroke="currentColor" stroke-opacity=".15" d="M{Left} {y:F1}H{Width}"/>
            <text x="{Left - 6}" y="{y + 4:F1}" text-anchor="end">{share * top:#,0.###}</text>
            <text x="{x:F1}" y="{Height - 6}" text-anchor="{anchor}">{share * last:0.#} s</text>

            """);
    }

    private static string Stroke(int c) =>
        $"stroke=\"{Strokes[c].Colour}\" stroke-width=\"2\" stroke-dasharray=\"{Strokes[c].Dash}\"";

    private static double X(double at, double last) => Left + ((Width - Left) * at / Math.Max(1, last));

    private static double Y(double at, double top) => Height - Bottom - ((Height - Bottom - Top) * at / top);

    /// <summary>The next round number whose quarters are short.</summary>
    private static double NiceTop(double max)
    {
        var unit = Math.Pow(10, Math.Floor(Math.Log10(Math.Max(max, 1e-2))));
        foreach (var times in (double[])[1, 1.2, 1.6, 2, 2.4, 3.2, 4, 6, 8])
            if (max <= times * unit)
                return times * unit;
        return 10 * unit;
    }
}
