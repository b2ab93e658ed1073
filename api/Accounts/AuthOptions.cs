namespace Engage.Api.Accounts;

/// <summary>Who is trusted, and with which keys; section <c>Auth</c>.</summary>
internal sealed class AuthOptions
{
    public const string Section = "Auth";

    /// <summary>Who may act as a trusted back end.</summary>
    public string ServiceClientId { get; set; } = "engage-service";

    /// <summary>At least 32 characters. Empty (the default): no service can sign in.</summary>
    public string ServiceClientSecret { get; set; } = "";

    /// <summary>
    /// The folder of the keys that tokens and indexes are made with. Nodes that serve the same people share it - a
    /// volume, a mounted secret - or a token of one is refused by the others. Default empty: <c>keys</c> in the folder
    /// of the data.
    /// </summary>
    public string KeyFolder { get; set; } = "";

    /// <summary>
    /// How long tokens are signed with one key; then a new one is made, and the old one still verifies what it has
    /// signed. Default 90 days, at least an hour.
    /// </summary>
    public TimeSpan SigningKeyLifetime { get; set; } = TimeSpan.FromDays(90);

    /// <summary>
    /// The file in which the first operator's name and password are handed over once, when there is no operator yet;
    /// whoever starts the server shows it and deletes it. Default empty: none is made.
    /// </summary>
    public string OperatorHandover { get; set; } = "";

    /// <summary>
    /// Origins besides our own whose pages may open the hub, for example <c>https://learn.example</c>.
    /// Default none.
    /// </summary>
    public string[] AllowedOrigins { get; set; } = [];
}
