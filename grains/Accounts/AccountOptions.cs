using Microsoft.Extensions.Options;

namespace Engage.Grains.Accounts;

/// <summary>How accounts guard themselves, section <c>Accounts</c>.</summary>
public sealed class AccountOptions
{
    public const string Section = "Accounts";

    /// <summary>
    /// Rounds of PBKDF2-HMAC-SHA256. Default 600,000, the figure of OWASP's Password Storage Cheat Sheet. Raising it
    /// renews each hash at its owner's next sign-in; at least 1,000 (RFC 8018, 4.2), which is for tests.
    /// </summary>
    public int PasswordIterations { get; set; } = 600_000;

    /// <summary>Wrong passwords for one name, in a row, after which tries have to wait. Default 5.</summary>
    public int FailuresPerName { get; set; } = 5;

    /// <summary>The same from one address, whatever the names. Default 20.</summary>
    public int FailuresPerAddress { get; set; } = 20;
}

internal sealed class AccountOptionsCheck : IValidateOptions<AccountOptions>
{
    private const int IterationsMin = 1_000;

    public ValidateOptionsResult Validate(string? name, AccountOptions options)
    {
        var wrong = new List<string>();
        AtLeast(nameof(options.PasswordIterations), options.PasswordIterations, IterationsMin);
        AtLeast(nameof(options.FailuresPerName), options.FailuresPerName, 1);
        AtLeast(nameof(options.FailuresPerAddress), options.FailuresPerAddress, 1);
        return wrong.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(wrong);

        void AtLeast(string setting, int actual, int least)
        {
            if (actual < least)
                wrong.Add($"{AccountOptions.Section}:{setting} is {actual}; expected at least {least}.");
        }
    }
}
