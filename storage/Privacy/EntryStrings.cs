using System.Buffers;
using System.Text.Json;
using Engage.Contracts;
using Engage.Contracts.Rooms;

namespace Engage.Storage.Privacy;

/// <summary>
/// Takes what people wrote, and their names, out of the JSON of an entry, and puts it back. What is left is JSON of the
/// same shape with empty strings, and says all that the room counts with: who voted how, what answers what.
/// </summary>
/// <remarks>
/// By the names of members, so that a kind of entry that is new is covered as far as it speaks the same language;
/// a test holds every kind against it. Rejected: to seal the whole of it. Then the room could not go on without the
/// entries of somebody who was erased.
/// </remarks>
internal static class EntryStrings
{
    private static readonly JsonReaderOptions Options = new() { MaxDepth = 16 };

    /// <returns>The JSON without them; the same bytes if there are none.</returns>
    public static ReadOnlyMemory<byte> Take(LoggedEntry entry, TakenStrings strings)
    {
        ReadOnlyMemory<byte> json = entry.Json;
        var reader = new Utf8JsonReader(entry.Json, Options);
        var at = new Course(entry);
        ArrayBufferWriter<byte>? rest = null;
        var copied = 0;
        while (reader.Read())
        {
            if (!at.IsPersonal(ref reader)) continue;

            var (from, length) = ((int)reader.TokenStartIndex + 1, reader.ValueSpan.Length);
            // A name stays with whom it names, also where somebody wrote the same as a reason.
            if (entry.Claims is null || at.IsName) strings.Add(at.Owner(), json.Slice(from, length));
            else strings.Add(at.Owner(), json.Slice(from, length), reader.GetString()!, entry.Claims, at.IsText);
            rest ??= new(entry.Json.Length);
            rest.Write(json.Span[copied..from]);
            copied = from + length;
        }
        if (rest is null) return json;

        rest.Write(json.Span[copied..]);
        return rest.WrittenMemory;
    }

    /// <param name="entry">With what <see cref="Take"/> left.</param>
    /// <param name="strings">By place; null where the key is gone.</param>
    /// <param name="onlyOfAuthor">Those of others are absent because nobody asked for them.</param>
    /// <returns>
    /// The JSON; where something stays away, it says <c>"deleted":true</c>. Results of a poll stay results, and what
    /// others wrote stays theirs without a name that is gone.
    /// </returns>
    public static byte[] PutBack(LoggedEntry entry, ReadOnlyMemory<byte>?[] strings, bool onlyOfAuthor)
    {
        var json = entry.Json.AsSpan();
        var reader = new Utf8JsonReader(json, Options);
        var at = new Course(entry);
        var whole = new ArrayBufferWriter<byte>(json.Length + strings.Sum(text => text?.Length ?? 0) + 16);
        var (copied, place, isDeleted) = (0, 0, false);
        while (reader.Read())
        {
            if (!at.IsPersonal(ref reader)) continue;

            var from = (int)reader.TokenStartIndex + 1;
            whole.Write(json[copied..from]);
            copied = from;
            if (place < strings.Length && strings[place] is { } text) TakenStrings.PutBack(text.Span, strings, whole);
            else isDeleted = true;
            place++;
        }
        // There are more of them than places where names were taken out of texts.
        if (place > strings.Length)
            throw new StorageException(
                $"Entry {entry.Seq} has {place} places for {strings.Length} strings: its row is damaged.");
        if (!isDeleted || onlyOfAuthor || entry.Kind == RoomEntryKind.PollClosed)
        {
            whole.Write(json[copied..]);
            return whole.WrittenSpan.ToArray();
        }
        var end = json.LastIndexOf((byte)'}');
        whole.Write(json[copied..end]);
        whole.Write(",\"deleted\":true}"u8);
        return whole.WrittenSpan.ToArray();
    }

    /// <summary>Where in the JSON a reader is: under which member, and whose object it is in.</summary>
    private ref struct Course(LoggedEntry entry)
    {
        private readonly LoggedEntry _entry = entry;
        private Member _member;
        private UserId? _person;

        /// <summary>Whether what was just told is what somebody wrote, and no name of hers.</summary>
        public readonly bool IsText => _member is Member.Text or Member.Written;

        /// <summary>Whether it is how somebody is called.</summary>
        public readonly bool IsName => _member is Member.Name or Member.OthersName;

        /// <summary>Tells the next token.</summary>
        public bool IsPersonal(ref Utf8JsonReader reader)
        {
            switch (reader.TokenType)
            {
                case JsonTokenType.StartObject:
                    _person = null;
                    return false;
                case JsonTokenType.PropertyName:
                    _member = MemberOf(ref reader);
                    return false;
                case JsonTokenType.String when _member == Member.Person:
                    _person = new UserId(reader.GetString()!);
                    return false;
                case JsonTokenType.String:
                    return _member is not (Member.Other or Member.Person);
                default:
                    return false;
            }
        }

        /// <summary>Of the string that was just told.</summary>
        public readonly UserId? Owner() => (_entry.Kind, _member) switch
        {
            // What all have sent together, written by whoever closed the poll.
            (RoomEntryKind.PollClosed, Member.Word) => null,
            // What a moderator took away, and whose hand it is.
            (RoomEntryKind.Deleted, Member.Text) or (_, Member.OthersName) => _person ?? _entry.By,
            // Why somebody was muted or banned is about her.
            (RoomEntryKind.Muted or RoomEntryKind.Unmuted or RoomEntryKind.Banned or RoomEntryKind.Unbanned,
                Member.Written) => _person ?? _entry.By,
            // In a board, a name stands beside its user.
            (RoomEntryKind.PollClosed, Member.Name) => _person ?? _entry.By,
            _ => _entry.By,
        };

        private static Member MemberOf(ref Utf8JsonReader reader) =>
            reader.ValueTextEquals("name"u8) ? Member.Name
            : reader.ValueTextEquals("text"u8) ? Member.Text
            : reader.ValueTextEquals("user"u8) || reader.ValueTextEquals("author"u8) ? Member.Person
            : reader.ValueTextEquals("userName"u8) ? Member.OthersName
            : reader.ValueTextEquals("word"u8) ? Member.Word
            : reader.ValueTextEquals("reason"u8) || reader.ValueTextEquals("question"u8)
                || reader.ValueTextEquals("choices"u8) || reader.ValueTextEquals("filteredWords"u8) ? Member.Written
            : Member.Other;

        private enum Member
        {
            Other,
            Person,
            Name,
            OthersName,
            Text,
            Word,
            Written,
        }
    }
}
