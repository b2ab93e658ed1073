using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Engage.Contracts;
using Engage.Contracts.Rooms;

namespace Engage.Storage.Privacy;

/// <summary>What of an entry is whose: a string of its JSON, as it is written there, and the place among all such. A
/// place that several own is there once for each.</summary>
/// <param name="Owner">Null: nobody's in particular, such as the words that a whole room has sent.</param>
internal readonly record struct OwnedString(int Place, UserId? Owner, ReadOnlyMemory<byte> Written);

/// <summary>
/// The strings of one entry. A name that somebody else wrote is a string of its own: the text that has it keeps a mark
/// in its place, a zero byte - which no JSON has - and its number, counted from behind.
/// </summary>
internal sealed class TakenStrings
{
    private const byte Mark = 0;

    /// <summary>A number is one byte; what is written more often than that stays in its text.</summary>
    private const int MarksMax = 255;

    private static ReadOnlySpan<byte> Gone => "…"u8;

    private readonly List<OwnedString> _places = [];
    private readonly List<(UserId[] Owners, byte[] Written)> _marked = [];
    private int _count;

    /// <summary>How many there are, each counted once.</summary>
    public int Count => _count + _marked.Count;

    public IEnumerable<OwnedString> All => _places.Concat(
        _marked.SelectMany((marked, number) =>
            marked.Owners.Select(owner => new OwnedString(Count - 1 - number, owner, marked.Written))));

    public void Add(UserId? owner, ReadOnlyMemory<byte> written) => _places.Add(new(_count++, owner, written));

    /// <param name="owner">Of what nobody claims.</param>
    /// <param name="written">As JSON.</param>
    /// <param name="text">The same as text.</param>
    /// <param name="claims">Of the entry.</param>
    /// <param name="isText">Whether there may be names in it.</param>
    public void Add(
        UserId? owner, ReadOnlyMemory<byte> written, string text, TextClaim[] claims, bool isText)
    {
        // Names in what somebody owns as a whole are their people's there, too.
        if (isText && Array.Exists(claims, claim => !claim.IsWhole)) written = WithMarks(written.Span, claims);
        if (Array.Find(claims, claim => claim.IsWhole && claim.Text == text) is not { } whole)
        {
            Add(owner, written);
            return;
        }
        foreach (var one in whole.Owners) _places.Add(new(_count, one, written));
        _count++;
    }

    /// <param name="written">With marks.</param>
    /// <param name="strings">All of the entry; null where the key is gone.</param>
    /// <param name="into">Gets it without marks.</param>
    public static void PutBack(
        ReadOnlySpan<byte> written, ReadOnlyMemory<byte>?[] strings, ArrayBufferWriter<byte> into)
    {
        for (int at; (at = written.IndexOf(Mark)) >= 0; written = written[(at + 2)..])
        {
            into.Write(written[..at]);
            if (at + 1 >= written.Length || written[at + 1] >= strings.Length)
                throw new StorageException("A text of a room's log has a mark that leads nowhere: its row is damaged.");
            into.Write(strings[^(written[at + 1] + 1)] is { } name ? name.Span : Gone);
        }
        into.Write(written);
    }

    private byte[] WithMarks(ReadOnlySpan<byte> written, TextClaim[] claims)
    {
        var names = claims.Where(claim => !claim.IsWhole).Select(claim => new Name(claim))
            .OrderByDescending(name => name.Written.Length).ToArray();
        var marked = new ArrayBufferWriter<byte>(written.Length);
        var isInWord = false;
        while (!written.IsEmpty)
        {
            var length = TakeName(written, isInWord, names, marked);
            if (length == 0)
            {
                length = TokenLength(written);
                marked.Write(written[..length]);
            }
            isInWord = length == 1 && IsOfWord(written[0]);
            written = written[length..];
        }
        return marked.WrittenSpan.ToArray();
    }

    /// <returns>How many bytes it has; 0: no name begins here.</returns>
    private int TakeName(ReadOnlySpan<byte> written, bool isInWord, Name[] names, ArrayBufferWriter<byte> marked)
    {
        foreach (var name in names)
        {
            if (_marked.Count == MarksMax || !name.IsAtStartOf(written, isInWord)) continue;

            marked.Write([Mark, (byte)_marked.Count]);
            _marked.Add((name.Owners, name.Written));
            return name.Written.Length;
        }
        return 0;
    }

    private static bool IsOfWord(byte written) => char.IsAsciiLetterOrDigit((char)written);

    /// <summary>No name begins in the middle of an escape.</summary>
    private static int TokenLength(ReadOnlySpan<byte> written) =>
        written[0] != (byte)'\\' ? 1 : Math.Min(written.Length, written.Length > 1 && written[1] == (byte)'u' ? 6 : 2);

    /// <summary>
    /// A name as it stands in JSON. Where it begins or ends with a Latin letter or a digit, no other one is beside it:
    /// a part of a word is nobody's name. Chinese has no spaces, and its names are looked for everywhere.
    /// </summary>
    private sealed class Name(TextClaim claim)
    {
        private readonly bool _beginsWord = char.IsAsciiLetterOrDigit(claim.Text[0]);
        private readonly bool _endsWord = char.IsAsciiLetterOrDigit(claim.Text[^1]);

        public UserId[] Owners => claim.Owners;

        /// <summary>As the room writes its entries.</summary>
        public byte[] Written { get; } =
            JsonEncodedText.Encode(claim.Text, JavaScriptEncoder.UnsafeRelaxedJsonEscaping).EncodedUtf8Bytes.ToArray();

        public bool IsAtStartOf(ReadOnlySpan<byte> text, bool isInWord) =>
            text.StartsWith(Written) && !(_beginsWord && isInWord)
            && !(_endsWord && text.Length > Written.Length && IsOfWord(text[Written.Length]));
    }
}
