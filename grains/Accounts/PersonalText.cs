using Engage.Contracts;
using Engage.Storage.Privacy;

namespace Engage.Grains.Accounts;

/// <summary>
/// Seals and opens what is one person's. What was opened stays in memory as long as her account's activation does.
/// </summary>
internal sealed class PersonalText(IPersonalVault vault, UserId user)
{
    public const string UserName = "account.userName";
    public const string DisplayName = "account.displayName";
    public const string Mail = "account.mail";
    public const string Device = "account.device";
    public const string Totp = "account.totp";
    private const int OpenedMax = 200;
    private readonly Dictionary<string, string> _opened = [];

    public async Task<string> SealAsync(string purpose, string text)
    {
        var sealedText = await vault.SealAsync(user, purpose, text, CancellationToken.None);
        Remember(sealedText, text);
        return sealedText;
    }

    /// <returns>Null if there is nothing, or her key is gone.</returns>
    public async Task<string?> OpenAsync(string purpose, string? sealedText)
    {
        if (sealedText is null) return null;
        if (_opened.TryGetValue(sealedText, out var known)) return known;

        var text = await vault.OpenAsync(user, purpose, sealedText, CancellationToken.None);
        if (text is not null) Remember(sealedText, text);
        return text;
    }

    private void Remember(string sealedText, string text)
    {
        if (_opened.Count >= OpenedMax) _opened.Clear();
        _opened[sealedText] = text;
    }
}
