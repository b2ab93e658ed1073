using System.Numerics;
using System.Text;

namespace Engage.Storage.Sqlite;

/// <summary>
/// Ids that come again and again, as one string each: actors keep those of what they had, and a copy for each event
/// would be memory for ever, and work for collections until it is old. Bounded: two share a place, and the one that
/// came first goes when a third comes. From any thread: those who fill a place at once all have a right answer.
/// </summary>
internal sealed class TextCache
{
    private const int Places = 1 << 15;
    private const int LengthMax = 64;

    private readonly string?[] _texts = new string?[2 * Places];

    /// <param name="utf8">Only ASCII is found again: ids are.</param>
    public string Get(ReadOnlySpan<byte> utf8)
    {
        if (utf8.Length is 0 or > LengthMax) return Encoding.UTF8.GetString(utf8);

        var place = _texts.AsSpan((int)(Hash(utf8) % Places) * 2, 2);
        var (last, before) = (Volatile.Read(ref place[0]), Volatile.Read(ref place[1]));
        if (last is not null && Ascii.Equals(utf8, last)) return last;
        if (before is not null && Ascii.Equals(utf8, before)) return before;

        var text = Encoding.UTF8.GetString(utf8);
        Volatile.Write(ref place[1], last);
        Volatile.Write(ref place[0], text);
        return text;
    }

    private static uint Hash(ReadOnlySpan<byte> utf8)
    {
        var hash = uint.MaxValue;
        foreach (var octet in utf8) hash = BitOperations.Crc32C(hash, octet);
        return hash;
    }
}
