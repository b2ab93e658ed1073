using System.Text;

namespace Engage.Grains.Accounts;

/// <summary>RFC 4648, section 6, without padding: what people type and authenticators read.</summary>
internal static class Base32
{
    private const string Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    private const int BitsPerLetter = 5;

    public static string Encode(ReadOnlySpan<byte> bytes)
    {
        var text = new StringBuilder();
        var (buffer, bits) = (0, 0);
        foreach (var b in bytes)
        {
            buffer = (buffer << 8) | b;
            for (bits += 8; bits >= BitsPerLetter; bits -= BitsPerLetter)
                text.Append(Alphabet[(buffer >> (bits - BitsPerLetter)) & 31]);
            buffer &= (1 << bits) - 1;
        }
        if (bits > 0) text.Append(Alphabet[(buffer << (BitsPerLetter - bits)) & 31]);
        return text.ToString();
    }
}
