using System.Text.Json;

namespace Engage.Deploy.Tests;

public sealed class DashboardTests
{
    private static readonly JsonElement Dashboard =
        JsonDocument.Parse(DeployFiles.Read("deploy/grafana/dashboards/engage.json")).RootElement;

    private static string[] Expressions { get; } =
    [
        .. from panel in Dashboard.GetProperty("panels").EnumerateArray()
           where panel.TryGetProperty("targets", out _)
           from target in panel.GetProperty("targets").EnumerateArray()
           select target.GetProperty("expr").GetString(),
        .. DeployFiles.Read("deploy/prometheus/alerts.yml").Find(@"^\s+expr: (.+)$"),
    ];

    [Fact]
    public void EveryMetricOfOursThatIsShownIsMeasured()
    {
        var measured = Measured().ToHashSet(StringComparer.Ordinal);

        var shown = Expressions.SelectMany(expression => expression.Find(@"\b(engage_[a-z_]+)")).Distinct();

        Assert.True(shown.Count() >= 8);
        Assert.All(shown, metric => Assert.True(
            measured.Contains(metric), $"{metric} is shown, but measured are only {string.Join(", ", measured.Order())}"));
    }

    [Fact]
    public void EveryPanelAsksTheProvisionedDatasourceForTheChosenJobs()
    {
        var uid = DeployFiles.Read("deploy/grafana/provisioning/datasources/prometheus.yml").Find(@"uid: (\S+)").Single();

        var panels = Dashboard.GetProperty("panels").EnumerateArray()
            .Where(panel => panel.GetProperty("type").GetString() != "row").ToArray();

        Assert.True(panels.Length >= 15);
        Assert.All(panels, panel =>
            Assert.Equal(uid, panel.GetProperty("datasource").GetProperty("uid").GetString()));
        Assert.All(panels, panel => Assert.All(
            panel.GetProperty("targets").EnumerateArray(),
            target => Assert.Contains("{job=~\"$job\"", target.GetProperty("expr").GetString()!, StringComparison.Ordinal)));
    }

    [Fact]
    public void PanelsHaveIdsOfTheirOwnAndDoNotOverlap()
    {
        var places = Dashboard.GetProperty("panels").EnumerateArray().Select(panel =>
        {
            var at = panel.GetProperty("gridPos");
            return (Id: panel.GetProperty("id").GetInt32(), X: at.GetProperty("x").GetInt32(), Y: at.GetProperty("y").GetInt32());
        }).ToArray();

        Assert.Equal(places.Length, places.Select(place => place.Id).Distinct().Count());
        Assert.Equal(places.Length, places.Select(place => (place.X, place.Y)).Distinct().Count());
    }

    /// <summary>The instruments in the sources, as Prometheus names them and their parts.</summary>
    private static IEnumerable<string> Measured()
    {
        const string Instrument = @"Create(\w+?)(?:<\w+>)?\(\s*""(engage\.[a-z.]+)""(?:,\s*\w+)?,\s*""([^""]*)""";
        foreach (var path in SourceTree.Files(".cs").Where(path => !SourceTree.Relative(path).StartsWith("tests/", StringComparison.Ordinal)))
            foreach (System.Text.RegularExpressions.Match match in
                     System.Text.RegularExpressions.Regex.Matches(File.ReadAllText(path), Instrument))
                foreach (var name in NamesOf(match.Groups[1].Value, match.Groups[2].Value, match.Groups[3].Value))
                    yield return name;
        yield return "engage_metrics_dropped_series_total";
    }

    private static string[] NamesOf(string kind, string name, string unit)
    {
        var full = name.Replace('.', '_') + (unit == "s" ? "_seconds" : "");
        return kind switch
        {
            "Counter" => [full + "_total"],
            "Histogram" => [full + "_bucket", full + "_sum", full + "_count"],
            _ => [full],
        };
    }
}
