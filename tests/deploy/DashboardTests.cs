using System.Text.Json;
using System.Text.RegularExpressions;

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
            measured.Contains(metric), $"{metric} is shown; measured are only {string.Join(", ", measured.Order())}"));
    }

    [Fact]
    public void EveryPanelAsksTheProvisionedDatasourceForTheChosenJobs()
    {
        var datasource = DeployFiles.Read("deploy/grafana/provisioning/datasources/prometheus.yml");
        var uid = datasource.Find(@"uid: (\S+)").Single();

        var panels = Dashboard.GetProperty("panels").EnumerateArray()
            .Where(panel => panel.GetProperty("type").GetString() != "row").ToArray();

        Assert.True(panels.Length >= 15);
        Assert.All(panels, panel =>
            Assert.Equal(uid, panel.GetProperty("datasource").GetProperty("uid").GetString()));
        Assert.All(panels, panel => Assert.All(
            panel.GetProperty("targets").EnumerateArray(),
            target => Assert.Contains(
                "{job=~\"$job\"", target.GetProperty("expr").GetString()!, StringComparison.Ordinal)));
    }

    [Fact]
    public void PanelsHaveIdsOfTheirOwnAndDoNotOverlap()
    {
        var panels = Dashboard.GetProperty("panels").EnumerateArray().ToArray();

        var ids = panels.Select(panel => panel.GetProperty("id").GetInt32()).Distinct();
        var places = panels.Select(panel => panel.GetProperty("gridPos"))
            .Select(at => (at.GetProperty("x").GetInt32(), at.GetProperty("y").GetInt32())).Distinct();

        Assert.Equal(panels.Length, ids.Count());
        Assert.Equal(panels.Length, places.Count());
    }

    /// <summary>The instruments in the sources, as Prometheus names them and their parts.</summary>
    private static IEnumerable<string> Measured()
    {
        const string Instrument =
            @"Create(\w+?)(?:<\w+>)?\(\s*""(engage\.[a-z.]+)""(?:,\s*(?:\w+|\(\) => [^""]+?))?,\s*""([^""]*)""";
        return SourceTree.Files(".cs")
            .Where(path => !SourceTree.Relative(path).StartsWith("tests/", StringComparison.Ordinal))
            .SelectMany(path => Regex.Matches(File.ReadAllText(path), Instrument))
            .SelectMany(match => NamesOf(match.Groups[1].Value, match.Groups[2].Value, match.Groups[3].Value))
            .Concat(OfTheModel())
            .Append("engage_metrics_dropped_series_total");
    }

    /// <summary>The model's gauges are made from a list of names.</summary>
    private static IEnumerable<string> OfTheModel() =>
        DeployFiles.Read("grains/Recommending/ModelMetrics.cs").Find(@"Gauge\(meter, ""([a-z._]+)""")
            .Select(gauge => "engage_model_" + gauge.Replace('.', '_'));

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
