using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Engage.LoadGen.Replay;

/// <summary>
/// Turns an id of a data set, which may be any text, into one that the platform allows: at most 64 of
/// <c>A-Za-z0-9._:-</c>. Letters, digits, dot, underscore and hyphen stay, every other byte of the UTF-8 text becomes
/// <c>:</c> and two hexadecimal digits. What would be too long becomes <c>:h</c> and a hash, which no escape begins
/// with; two different ids therefore never become the same.
/// </summary>
internal static class FileId
{
    private const int LengthMax = 64;
    private const char Escape = ':';
    private const string HashMark = ":h";
    private const int HashBytes = 28;

    /// <summary>The platform's id of <paramref name="id"/> behind <paramref name="prefix"/>.</summary>
    public static string ToPlatform(string prefix, string id)
    {
        var bytes = Encoding.UTF8.GetBytes(id);
        var escaped = new StringBuilder(prefix, LengthMax);
        foreach (var value in bytes)
        {
            var character = (char)value;
            if (char.IsAsciiLetterOrDigit(character) || character is '.' or '_' or '-')
                escaped.Append(character);
            else
                escaped.Append(Escape).Append(value.ToString("X2", CultureInfo.InvariantCulture));
            if (escaped.Length > LengthMax)
                return prefix + HashMark + Convert.ToHexString(SHA256.HashData(bytes).AsSpan(0, HashBytes));
        }

        return escaped.ToString();
    }

    /// <summary>The data set's id again; a hash, and what was not made here, stays as it is.</summary>
    public static string FromPlatform(string escaped)
    {
        if (!escaped.Contains(Escape, StringComparison.Ordinal))
            return escaped;
        var bytes = new List<byte>(escaped.Length);
        for (var i = 0; i < escaped.Length; i++)
        {
            if (escaped[i] != Escape)
                bytes.Add((byte)escaped[i]);
            else if (i + 2 < escaped.Length && byte.TryParse(
                escaped.AsSpan(i + 1, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var value))
            {
                bytes.Add(value);
                i += 2;
            }
            else
                return escaped;
        }

        return Encoding.UTF8.GetString([.. bytes]);
    }
}
