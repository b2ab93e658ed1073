using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Engage.Contracts;

namespace Engage.Api.Accounts;

/// <param name="Id">Of the browser, made at its first sign-in; says nothing of it.</param>
internal sealed record KnownDevice(UserId User, string Id);

/// <summary>
/// Browsers in which somebody has signed in before keep a cookie that says so: <c>kd1.user.device.tag</c>. Their
/// mistakes are counted for themselves, so that whoever guesses at a name, or from the address of a school, locks out
/// nobody who is known (OWASP, "Slow Down Online Guessing Attacks with Device Cookies"). It lets nobody in.
/// </summary>
internal sealed class KnownDevices(AccountKeys keys)
{
    public const string CookieName = "engage-device";
    public static readonly TimeSpan Lifetime = TimeSpan.FromDays(400);
    private const string Prefix = "kd1";
    private const int IdBytes = 16;

    public static KnownDevice New(UserId user) =>
        new(user, Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(IdBytes)));

    public string Write(KnownDevice device)
    {
        var body = $"{Prefix}.{device.User}.{device.Id}";
        return $"{body}.{Base64Url.EncodeToString(Tag(body))}";
    }

    /// <returns>Null if we did not write it.</returns>
    public KnownDevice? Read(string? text)
    {
        if (text is null || text.LastIndexOf('.') is not (> 0 and var end)) return null;

        var expected = Encoding.ASCII.GetBytes(Base64Url.EncodeToString(Tag(text[..end])));
        if (!CryptographicOperations.FixedTimeEquals(expected, Encoding.UTF8.GetBytes(text[(end + 1)..]))) return null;
        var (first, last) = (text.IndexOf('.', StringComparison.Ordinal), text.LastIndexOf('.', end - 1));
        return new(new(text[(first + 1)..last]), text[(last + 1)..end]);
    }

    private byte[] Tag(string body) => HMACSHA256.HashData(keys.Device, Encoding.UTF8.GetBytes(body));
}
