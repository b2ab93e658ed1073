using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;

namespace Engage.Api.Accounts;

/// <summary>
/// Stands for a name where the name itself must not be kept: HMAC-SHA256 of the folded name under a key of the
/// platform, 160 bits of it. The same name has the same index, and nobody without the key can try names out.
/// </summary>
internal sealed class BlindIndex(AccountKeys keys)
{
    private const int IndexBytes = 20;
    private const int PrefixBytesOfIPv6 = 8;

    /// <summary>Of a user name or, when there is an @ in it, of a mail address.</summary>
    public string Of(string nameOrMail) =>
        nameOrMail.Contains('@', StringComparison.Ordinal) ? OfMail(nameOrMail) : OfName(nameOrMail);

    public string OfName(string userName) => Compute("n-", Fold(userName));

    public string OfMail(string mail) => Compute("m-", Fold(mail));

    /// <summary>An IPv6 address counts with all of its network, which is one customer's.</summary>
    public string OfAddress(IPAddress? address)
    {
        if (address is { IsIPv4MappedToIPv6: true }) address = address.MapToIPv4();
        var bytes = address?.GetAddressBytes() ?? [];
        if (address?.AddressFamily == AddressFamily.InterNetworkV6) bytes = bytes[..PrefixBytesOfIPv6];
        return Compute("a-", Convert.ToHexString(bytes));
    }

    private static string Fold(string text) => text.Trim().Normalize(NormalizationForm.FormKC).ToLowerInvariant();

    private string Compute(string prefix, string text) => prefix + Convert.ToHexStringLower(
        HMACSHA256.HashData(keys.Index, Encoding.UTF8.GetBytes(prefix + text)).AsSpan(0, IndexBytes));
}
