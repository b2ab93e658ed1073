using System.Net.Mail;
using Microsoft.Extensions.Options;

namespace Engage.Grains.Mail;

/// <summary>How the platform writes to people, section <c>Mail</c>.</summary>
public sealed class MailOptions
{
    public const string Section = "Mail";

    /// <summary>
    /// The server that takes our mail (SMTP). Default empty: letters are laid into <see cref="Outbox"/> instead.
    /// </summary>
    public string Host { get; set; } = "";

    /// <summary>Default 587, for submission with STARTTLS (RFC 6409).</summary>
    public int Port { get; set; } = 587;

    /// <summary>Empty: no sign-in at the server.</summary>
    public string UserName { get; set; } = "";

    public string Password { get; set; } = "";

    /// <summary>Whether STARTTLS is required. Default true; false only towards a server on the same machine.</summary>
    public bool Tls { get; set; } = true;

    /// <summary>Who writes. Default <c>Engage &lt;no-reply@localhost&gt;</c>.</summary>
    public string From { get; set; } = "Engage <no-reply@localhost>";

    /// <summary>Where links of letters lead: the address of the page, without a slash at its end.</summary>
    public string PublicUrl { get; set; } = "http://localhost:5080";

    /// <summary>
    /// A folder with one folder per person, in which her letters lie as files (<c>.eml</c>), readable by the server's
    /// owner alone. Default empty: <c>outbox</c> in the folder of the data.
    /// </summary>
    public string Outbox { get; set; } = "";

    /// <summary>How long the server may take for one letter. Default 15 s.</summary>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(15);
}

internal sealed class MailOptionsCheck : IValidateOptions<MailOptions>
{
    public ValidateOptionsResult Validate(string? name, MailOptions options)
    {
        if (!MailAddress.TryCreate(options.From, out _))
            return Wrong(nameof(options.From), options.From, "a mail address");
        if (!Uri.TryCreate(options.PublicUrl, UriKind.Absolute, out _))
            return Wrong(nameof(options.PublicUrl), options.PublicUrl, "an absolute address");
        return options.Timeout > TimeSpan.Zero
            ? ValidateOptionsResult.Success
            : Wrong(nameof(options.Timeout), options.Timeout.ToString(), "more than zero");
    }

    private static ValidateOptionsResult Wrong(string setting, string actual, string expected) =>
        ValidateOptionsResult.Fail($"{MailOptions.Section}:{setting} is '{actual}'; expected {expected}.");
}
