using System.Globalization;
using System.Text;
using Engage.Evaluation;
using Engage.LoadGen.Measure;

namespace Engage.Bench.Evaluation;

/// <summary>The result as one page without scripts or other files: curves over time, then the tables.</summary>
internal static class EvaluationPage
{
    private const string Style = """
        body { max-width: 72rem; }
        h2 { font-size: 1.15rem; margin-top: 2rem; }
        table { width: 100%; }
        th, td { padding: .3rem .7rem; border-bottom: 1px solid var(--line); text-align: right; white-space: nowrap; }
        th:first-child, td:first-child { text-align: left; }
        tr:first-child td { font-weight: 600; }
        figure { margin: 1rem 0; }
        .scroll:focus-visible { outline: 2px solid; outline-offset: 2px; }
        .chart { min-width: 40rem; }
        .note { opacity: .8; }
        """;

    private static readonly (string Slice, string Title)[] Slices =
    [
        (PrequentialLoop.SliceAll, "All events · 全部事件"),
        (PrequentialLoop.SliceFirstEvents, "First events of users · 用户首次事件"),
        (PrequentialLoop.SliceKnownUsers, "Known users · 已有记录的用户"),
        (PrequentialLoop.SliceLastFifth, "Last 20%: what live learning is worth · 最后 20%：实时学习的价值"),
    ];

    public static string Write(EvaluationReport report)
    {
        var title = FormattableString.Invariant($"{report.File}: {report.Events:N0} events");
        var page = ReportPage.Begin(title, Style);
        page.Append(CultureInfo.InvariantCulture, $"""
            <h1>Recommendation quality · 推荐质量</h1>
            <p>{ReportPage.Encode(title)}, seed {report.Seed}, {report.Seconds:F0} s. Each event's item is
            ranked among all items its user has not had, then learned. 每个事件先排序、后学习。</p>

            """);
        LineChart.Append(page, "HR@10 over time · 命中率随时间变化", report.Curves, point => point.Hr10);
        LineChart.Append(page, "NDCG@10 over time · NDCG 随时间变化", report.Curves, point => point.Ndcg10);
        foreach (var (slice, heading) in Slices)
            AppendTable(page, heading, [.. report.Rows.Where(row => row.Slice == slice)]);
        AppendWorth(page, report);
        AppendForecasts(page, report);
        return page.Append("</main>\n</body>\n</html>\n").ToString();
    }

    /// <summary>Right below the table of the last fifth.</summary>
    private static void AppendWorth(StringBuilder page, EvaluationReport report)
    {
        if (report.LiveOverFrozen is { } worth)
            page.Append(CultureInfo.InvariantCulture, $"""
                <p>Live against its own copy frozen at 80% · 实时学习相比冻结在 80% 的副本:
                HR@10 {LearningWorth.Text(worth.Hr10)}, NDCG@10 {LearningWorth.Text(worth.Ndcg10)}</p>

                """);
    }

    private static void AppendTable(StringBuilder page, string heading, MetricRow[] rows)
    {
        if (rows.Length == 0)
            return;
        var isAll = rows[0].Coverage10 is not null;
        page.Append(CultureInfo.InvariantCulture, $"""
            <h2>{heading}</h2>
            <div class="scroll" tabindex="0" role="region" aria-label="{heading}"><table>
            <thead><tr><th scope="col">model · 模型</th><th scope="col">tests · 测试数</th><th scope="col">HR@10</th>
            <th scope="col">NDCG@10</th><th scope="col">MRR@10</th>
            {(isAll ? "<th scope=\"col\">coverage · 覆盖率</th><th scope=\"col\">diversity · 多样性</th>" : "")}</tr></thead>
            <tbody>

            """);
        foreach (var row in rows)
            page.Append(CultureInfo.InvariantCulture, $"""
                <tr><td>{ReportPage.Encode(row.Model)}</td><td>{row.N:N0}</td>
                <td>{row.Hr10:F4}</td><td>{row.Ndcg10:F4}</td>
                <td>{row.Mrr:F4}</td>{(isAll ? Shown(row) : "")}</tr>

                """);
        page.Append("</tbody></table></div>\n");
    }

    private static void AppendForecasts(StringBuilder page, EvaluationReport report)
    {
        if (report.Classification is { } pairs)
            page.Append(CultureInfo.InvariantCulture, $"""
                <h2>Engage or not · 是否参与</h2>
                <p class="note">{pairs.Pairs:N0} pairs: {ReportPage.Encode(pairs.Meaning)}.</p>
                <div class="scroll"><pre>{ReportPage.Encode(pairs.Table)}</pre></div>
                <p>AUC {pairs.Auc:F4}, log-loss {pairs.LogLoss:F4}, calibration error · 校准误差
                {pairs.CalibrationError:F4}</p>

                """);
        if (report.Outlook is { Churn.Examples: > 0 } known)
            page.Append(CultureInfo.InvariantCulture, $"""
                <h2>Churn · 流失</h2>
                <p>AUC {known.Churn.Auc:F4}, log-loss {known.Churn.LogLoss:F4}
                (base rate · 基准 {known.Churn.BaseLogLoss:F4})</p>

                """);
        if (report.Outlook is { Satisfaction.Examples: > 0 } outlook)
            page.Append(CultureInfo.InvariantCulture, $"""
                <h2>Satisfaction · 满意度</h2>
                <p>RMSE {outlook.Satisfaction.Rmse:F4}
                (mean · 均值 {outlook.Satisfaction.BaseRmse:F4})</p>

                """);
    }

    private static string Shown(MetricRow row) =>
        FormattableString.Invariant($"<td>{row.Coverage10:F3}</td><td>{row.Diversity10:F3}</td>");
}
