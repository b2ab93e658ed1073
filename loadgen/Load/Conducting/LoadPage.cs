using System.Globalization;
using System.Text;
using Engage.LoadGen.Measure;

namespace Engage.LoadGen.Load.Conducting;

/// <summary>The result as one page without scripts or other files: what held, figures, curves by second.</summary>
internal static class LoadPage
{
    private const string Style = """
        body { max-width: 64rem; }
        h2 { font-size: 1.1rem; margin: 1.6rem 0 .4rem; }
        th, td { padding: .25rem .9rem .25rem 0; border-bottom: 1px solid var(--line); text-align: right; }
        th:first-child, td:first-child { text-align: left; }
        th[scope=row] { font-weight: 400; } p.holds, p.broken { font-size: 1.1rem; }
        figure { margin: 0; }
        .holds { color: #00734f; } .broken { color: #b3261e; font-weight: 600; }
        @media (prefers-color-scheme: dark) { .holds { color: #5fd3a8; } .broken { color: #ff8a80; } }
        .legend { margin: .2rem 0; }
        """;

    private const string Holding = "<td class=\"holds\">holds · 达标</td>";
    private const string Broken = "<td class=\"broken\">broken · 未达标</td>";

    public static string Write(LoadReport report)
    {
        var title = FormattableString.Invariant($"{report.Scenario}: {report.Connections:N0} connections");
        var page = ReportPage.Begin(title, Style);
        page.Append(CultureInfo.InvariantCulture, $"""
            <h1>Load · 负载测试: {ReportPage.Encode(title)}</h1>
            <p class="{(report.Holds ? "holds" : "broken")}">{(report.Holds
                ? "Every threshold holds. 全部达标。"
                : "A threshold is broken. 有指标未达标。")}</p>
            <p>{report.Seconds:0.#} s, {report.Model} model, seed {report.Seed}. Latency counts from when something was
            due, not from when it was sent. 延迟从计划时刻算起。</p>

            """);
        AppendThresholds(page, report);
        AppendCounts(page, report);
        AppendLatencies(page, report);
        LoadChart.Append(page, "Latency, ms · 延迟（毫秒）", report.Curve,
            [("p99", point => point.P99), ("p50", point => point.P50)]);
        LoadChart.Append(page, "Received per second · 每秒送达", report.Curve,
            [("received · 送达", point => point.Received)]);
        LoadChart.Append(page, "Done per second · 每秒完成", report.Curve,
            [("done · 完成", point => point.Acknowledged)]);
        LoadChart.Append(page, "Connections · 连接数", report.Curve,
            [("connections · 连接", point => point.Connections)]);
        LoadChart.Append(page, "Generator, share of its processor time · 发生器 CPU", report.Curve,
            [("busiest worker · 最忙进程", point => point.GeneratorCpu)]);
        return page.Append("</main>\n</body>\n</html>\n").ToString();
    }

    private static void AppendThresholds(StringBuilder page, LoadReport report)
    {
        page.Append("""
            <h2>Thresholds · 阈值</h2>
            <div class="scroll"><table><thead><tr><th scope="col">what · 指标</th><th scope="col">at most · 上限</th>
            <th scope="col">found · 实测</th><th scope="col"></th></tr></thead><tbody>

            """);
        foreach (var threshold in report.Thresholds)
            page.Append(CultureInfo.InvariantCulture, $"""
                <tr><td>{ReportPage.Encode(threshold.Name)}</td><td>{threshold.Limit:0.##}</td>
                <td>{(threshold.Value == double.MaxValue ? "not measured · 未测得" : $"{threshold.Value:0.##}")}</td>
                {(threshold.Holds ? Holding : Broken)}</tr>

                """);
        page.Append("</tbody></table></div>\n");
    }

    private static void AppendCounts(StringBuilder page, LoadReport report)
    {
        var counts = new List<(string Name, double Value)>
        {
            ("offered · 计划", report.Offered), ("sent · 已发", report.Sent),
            ("acknowledged · 已确认", report.Acknowledged), ("to receive · 应收", report.Expected),
            ("received · 实收", report.Received), ("lost · 丢失", report.Lost), ("doubled · 重复", report.Doubled),
            ("out of order · 乱序", report.OutOfOrder), ("connections ended by the server · 服务器断开", report.Disconnected),
            ("asked for patience · 要求稍后重试", report.Deferred),
        };
        counts.AddRange(report.Refused.Select(each => ($"refused · 拒绝: {each.Key}", (double)each.Value)));
        if (report.Reactions is { } reactions)
            counts.AddRange(
            [
                ("reactions acknowledged · 已确认的表情", reactions.Acknowledged),
                ("reactions counted · 已计入", reactions.Counted),
            ]);
        if (report.RoomLogReads is { } reads)
            counts.Add(("reads of rooms' logs · 读取房间日志次数", reads));
        if (report.Limit is { } limit)
            counts.AddRange(
            [
                ($"limit of {limit.What}, holds · 可承受", limit.Holds ?? 0),
                ($"limit of {limit.What}, breaks · 失败", limit.Breaks ?? 0),
            ]);
        page.Append("<h2>Counts · 计数</h2>\n<div class=\"scroll\"><table><tbody>\n");
        foreach (var (name, value) in counts)
            page.Append(
                CultureInfo.InvariantCulture,
                $"<tr><th scope=\"row\">{ReportPage.Encode(name)}</th><td>{value:N0}</td></tr>\n");
        page.Append("</tbody></table></div>\n");
    }

    private static void AppendLatencies(StringBuilder page, LoadReport report)
    {
        page.Append("""
            <h2>Latencies, ms · 延迟（毫秒）</h2>
            <div class="scroll"><table><thead><tr><th scope="col"></th><th scope="col">p50</th><th scope="col">p95</th>
            <th scope="col">p99</th><th scope="col">max</th></tr></thead><tbody>

            """);
        foreach (var (name, quantiles) in new[]
        {
            ("delivery · 送达", report.LatencyMs), ("acknowledgement · 确认", report.AcknowledgementMs),
            ("catching up · 追上", report.CatchUpMs),
            ("bare ws taking back · ws 重新接入", report.PeerCatchUpMs), ("visit · 浏览", report.VisitMs),
        })
            if (quantiles is not null)
                page.Append(CultureInfo.InvariantCulture, $"""
                    <tr><td>{ReportPage.Encode(name)}</td><td>{quantiles.P50:F1}</td><td>{quantiles.P95:F1}</td>
                    <td>{quantiles.P99:F1}</td><td>{quantiles.Max:F1}</td></tr>

                    """);
        page.Append("</tbody></table></div>\n");
        if (report.SlowReaders is { } slow)
            page.Append(CultureInfo.InvariantCulture, $"""
                <p>{slow.Paused:N0} connections stopped reading · 停止读取的连接. p99 of the others · 其他人的 p99:
                {slow.WithP99:F1} ms, without · 之前: {slow.WithoutP99:F1} ms, ratio · 比值 {slow.Ratio:F2}.
                {ReportPage.Encode(Waiting(slow))}</p>

                """);
    }

    private static string Waiting(SlowReadersReport slow) => slow.WaitingBytesEach is { } waiting
        ? string.Create(
            CultureInfo.InvariantCulture,
            $"Waiting in the server for each · 每连接积压: {waiting / 1024:N0} KiB "
            + $"(at most · 上限 {SlowReadersReport.WaitingBytesMax / 1024} KiB).")
        : "";
}
