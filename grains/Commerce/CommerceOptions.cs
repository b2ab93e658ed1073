namespace Engage.Grains.Commerce;

/// <summary>Section <c>Commerce</c>.</summary>
public sealed class CommerceOptions
{
    /// <summary>
    /// How long an order waits to learn that it is paid before it expires. Longer helps with a provider that is down;
    /// shorter tells buyers sooner. Money that comes later goes back. Default half an hour.
    /// </summary>
    public TimeSpan PaymentPatience { get; set; } = TimeSpan.FromMinutes(30);

    /// <summary>
    /// How often an unfinished order takes itself up again. The smallest period of a reminder, a minute, is the
    /// default.
    /// </summary>
    public TimeSpan TakeUpPeriod { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>
    /// How often each silo looks for sales that are not in the journal of activity yet, because a silo ended or the
    /// journal was busy when they were paid; usually they are there at once. Default ten seconds.
    /// </summary>
    public TimeSpan ReportPeriod { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// How long after the payment a buyer takes her money back by herself. Afterwards she asks, and whoever sells
    /// decides. Default seven days.
    /// </summary>
    public TimeSpan RefundWindow { get; set; } = TimeSpan.FromDays(7);

    /// <summary>
    /// Below which used share of what she bought, 0 to 1, that is so; from it on she asks. By the platform's own
    /// record: what was watched or attended of contents, used of credits, of a subscription's period what is over.
    /// 0: somebody decides always. Default 0.2.
    /// </summary>
    public double RefundUsedMax { get; set; } = 0.2;

    /// <summary>
    /// How old what an actor knows of somebody's entitlements may be: an actor that was not told of a purchase, because
    /// its silo died in that moment, finds it so much later. Default half a minute.
    /// </summary>
    public TimeSpan EntitlementsAge { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// Codes of coupons and gifts that nobody knows, from one user, after which each further try waits, twice as long
    /// each time; one a minute is forgotten. Default 10.
    /// </summary>
    public int WrongCodesPerUser { get; set; } = 10;

    /// <summary>The same from one address, whoever asks. Default 60: a hall that mistypes what it sees.</summary>
    public int WrongCodesPerAddress { get; set; } = 60;

    public CardOptions Card { get; set; } = new();
}

/// <summary>The card provider. Without a <see cref="Url"/> there is none: orders by card are refused.</summary>
public sealed class CardOptions
{
    /// <summary>Such as <c>http://127.0.0.1:5090</c>.</summary>
    public string Url { get; set; } = "";

    /// <summary>What it knows us by.</summary>
    public string Key { get; set; } = "";

    /// <summary>What it signs its webhooks with. At least 32 characters.</summary>
    public string WebhookSecret { get; set; } = "";

    /// <summary>
    /// How long a call waits for an answer. What comes later is asked for again: nothing is charged twice. Default five
    /// seconds.
    /// </summary>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Where browsers get tokens, if that is another address; default <see cref="Url"/>.</summary>
    public string BrowserUrl { get; set; } = "";
}
