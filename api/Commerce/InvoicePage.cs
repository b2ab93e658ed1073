using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using Engage.Contracts;
using Engage.Contracts.Commerce;

namespace Engage.Api.Commerce;

/// <summary>An invoice as a page to print. Every text in it is encoded; no script, no style.</summary>
internal static class InvoicePage
{
    /// <summary>Currencies of ISO 4217 that have no hundredths.</summary>
    private static readonly string[] WithoutMinorUnits =
        ["JPY", "KRW", "VND", "CLP", "ISK", "XAF", "XOF", "PYG", "UGX"];

    public static string Render(NumberedInvoice numbered, bool chinese)
    {
        var invoice = numbered.Invoice;
        var say = chinese ? Chinese : English;
        var page = new StringBuilder();
        page.Append(CultureInfo.InvariantCulture, $"""
            <!doctype html>
            <html lang="{(chinese ? "zh" : "en")}"><head><meta charset="utf-8">
            <meta name="viewport" content="width=device-width"><title>{say.Invoice} {numbered.Number}</title></head>
            <body>
            <h1>{say.Invoice} {numbered.Number}</h1>
            <dl><dt>{say.Date}</dt><dd>{invoice.At:yyyy-MM-dd}</dd>
            <dt>{say.Order}</dt><dd>{Text(invoice.Order.Value)}</dd>
            <dt>{say.Buyer}</dt><dd>{Text(invoice.Buyer.Value)}</dd></dl>
            <table><thead><tr><th scope="col">{say.What}</th><th scope="col">{say.Quantity}</th>
            <th scope="col">{say.Amount}</th></tr></thead><tbody>

            """);
        foreach (var line in invoice.Lines)
            page.Append(CultureInfo.InvariantCulture, $"""
                <tr><td>{Text(TitleOf(line.Title, chinese))}</td><td>{line.Quantity}</td>
                <td>{Amount(line.Price, invoice.Currency)}</td></tr>

                """);
        page.Append("</tbody><tfoot>\n");
        if (invoice.Discount is { } off)
            Foot($"{say.Discount} ({Text(off.Coupon)})", $"-{Amount(off.Amount, invoice.Currency)}");
        Foot(say.Total, Amount(invoice.Total, invoice.Currency));
        foreach (var source in invoice.Sources)
            Foot(say.PaidBy(source.Method), Amount(source.Amount, invoice.Currency));
        page.Append("</tfoot></table></body></html>\n");
        return page.ToString();

        void Foot(string what, string amount) => page.Append(
            CultureInfo.InvariantCulture, $"<tr><th scope=\"row\" colspan=\"2\">{what}</th><td>{amount}</td></tr>\n");
    }

    /// <summary>In whole units, with the currency's code.</summary>
    public static string Amount(long minorUnits, string currency) => WithoutMinorUnits.Contains(currency)
        ? string.Create(CultureInfo.InvariantCulture, $"{minorUnits} {currency}")
        : string.Create(CultureInfo.InvariantCulture, $"{minorUnits / 100m:0.00} {currency}");

    private static string TitleOf(LocalizedText title, bool chinese) =>
        (chinese ? title.Zh ?? title.En : title.En ?? title.Zh) ?? "";

    private static string Text(string text) => HtmlEncoder.Default.Encode(text);

    private sealed record Words(
        string Invoice, string Date, string Order, string Buyer, string What, string Quantity, string Amount,
        string Discount, string Total, string Wallet, string Card, string Points)
    {
        public string PaidBy(PaymentMethod method) => method switch
        {
            PaymentMethod.Wallet => Wallet,
            PaymentMethod.Card => Card,
            _ => Points,
        };
    }

    private static readonly Words English = new(
        "Invoice", "Date", "Order", "Buyer", "Item", "Quantity", "Amount", "Discount", "Total", "Paid from the wallet",
        "Paid by card", "Paid with points");

    private static readonly Words Chinese = new(
        "发票", "日期", "订单", "购买者", "项目", "数量", "金额", "优惠", "合计", "钱包支付", "银行卡支付", "积分抵扣");
}
