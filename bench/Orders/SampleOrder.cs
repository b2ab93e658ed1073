using System.Globalization;
using System.Text;
using Engage.Storage.Books;

namespace Engage.Bench.Orders;

/// <summary>
/// A sale of 99.00 from a wallet: four postings, the order, an entitlement and a numbered invoice. Ours and the peers
/// write the same of it.
/// </summary>
internal static class SampleOrder
{
    public const string Unit = "CNY";
    public const long Funds = 1_000_000_000;
    private const int Buyers = 900, Creators = 20;
    private static readonly DateTimeOffset Start = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    /// <summary>What the buyers spend.</summary>
    public static BookEntry TopUp { get; } = new(
        "topup", Start, "topup",
        [new("provider:card", Unit, -Buyers * Funds), .. Wallets.Select(wallet => new Posting(wallet, Unit, Funds))],
        []);

    public static IEnumerable<string> Wallets => Enumerable.Range(0, Buyers).Select(buyer => Wallet(buyer));

    public static string Buyer(long number) => Numbered("buyer:u-", number, Buyers);

    public static string Id(long number) => string.Create(CultureInfo.InvariantCulture, $"o-{number:x16}");

    public static long AtMs(long number) => Start.ToUnixTimeMilliseconds() + number;

    public static Posting[] Postings(long number) =>
    [
        new(Wallet(number), Unit, -9_900, Floor: 0),
        new("platform:income", Unit, 990),
        new(Numbered("community:g-", number, Creators), Unit, 495),
        new(Numbered("creator:k-", number, Creators), Unit, 8_415),
    ];

    public static byte[] OrderBody(long number) => Encoding.UTF8.GetBytes(
        $$"""
        {"id":"{{Id(number)}}","buyer":"{{Buyer(number)}}","offer":"content:c-17","state":"paid","quantity":1,
        "amount":{"minorUnits":9900,"currency":"CNY"},"payment":{"method":"wallet","state":"paid"},
        "createdAt":"2026-03-01T12:00:00.000Z","paidAt":"2026-03-01T12:00:01.000Z"}
        """);

    public static byte[] GrantBody(long number) => Encoding.UTF8.GetBytes(
        $$"""
        {"order":"{{Id(number)}}","buyer":"{{Buyer(number)}}","scope":"content:c-17","from":"2026-03-01T12:00:01.000Z"}
        """);

    public static byte[] InvoiceBody(long number) => Encoding.UTF8.GetBytes(
        $$"""
        {"order":"{{Id(number)}}","buyer":"{{Buyer(number)}}","at":"2026-03-01T12:00:01.000Z",
        "lines":[{"title":"c-17","minorUnits":9900,"currency":"CNY"}]}
        """);

    public static BookEntry Entry(long number) => new(
        $"order:{Id(number)}:paid", DateTimeOffset.FromUnixTimeMilliseconds(AtMs(number)), "sale", Postings(number),
        [
            new(new("order", Id(number)), 0, OrderBody(number), null, [Buyer(number)]),
            new(new("entitlement", Id(number)), 0, GrantBody(number), null, [Buyer(number)]),
            new(new("invoice", Id(number)), 0, InvoiceBody(number), "invoice", [Buyer(number)]),
        ]);

    private static string Wallet(long number) => Numbered("wallet:u-", number, Buyers);

    /// <summary>The first order of all has the number -1.</summary>
    private static string Numbered(string prefix, long number, int count) =>
        string.Create(CultureInfo.InvariantCulture, $"{prefix}{(number + count) % count}");
}
