using System.Buffers.Text;
using System.Globalization;
using System.Text;

namespace Engage.LoadGen.Load.Dialects;

/// <summary>
/// Messages carry the time at which they were meant to be sent, so that whoever receives one - in whichever process of
/// this machine - knows how late it is without asking.
/// </summary>
internal static class Stamp
{
    private const int Digits = 16;
    private const int Length = Digits + 2;

    private static readonly byte[] Filler = Encoding.ASCII.GetBytes(
        "how does the second example follow from the first one, and would it hold for small numbers as well? ");

    /// <summary>A text of about so many characters that begins with the stamp.</summary>
    /// <param name="timestamp">Of the process's monotonic clock, which all processes of a machine share.</param>
    public static string Write(long timestamp, int characters)
    {
        var text = new StringBuilder(Math.Max(Length, characters));
        text.Append(CultureInfo.InvariantCulture, $"t{timestamp:x16} ");
        for (var i = Length; i < characters; i++)
            text.Append((char)Filler[(i - Length) % Filler.Length]);
        return text.ToString();
    }

    /// <param name="text">UTF-8, escaped or not: the stamp needs no escapes.</param>
    /// <returns>0 when no generator wrote it.</returns>
    public static long Read(ReadOnlySpan<byte> text) =>
        text.Length >= Length && text[0] == 't' && text[Length - 1] == ' '
        && Utf8Parser.TryParse(text.Slice(1, Digits), out long timestamp, out var read, 'x') && read == Digits
            ? timestamp
            : 0;
}
