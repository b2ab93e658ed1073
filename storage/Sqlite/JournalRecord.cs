using System.Buffers.Binary;
using System.Numerics;
using System.Text;
using Engage.Contracts;
using Engage.Contracts.Activity;

namespace Engage.Storage.Sqlite;

/// <summary>
/// An event as the journal keeps it. Encoded by its caller, so that the one writer only moves bytes; binary, because it
/// is never read without this code, and costs a fifth of JSON to write and to read.
/// </summary>
/// <remarks>
/// Little-endian: length of what follows (4 bytes), CRC-32C of what follows (4), event id (16, big-endian), time (8,
/// UTC milliseconds), kind (2), length of the user's id (2), user's id; then fields until the end: tag (1), length (4),
/// value. Unknown tags are skipped, so that later versions may add some. Texts are UTF-8.
/// </remarks>
internal static class JournalRecord
{
    private const int PrefixBytes = 8;
    private const int FixedBytes = 28;

    private enum Tag : byte
    {
        Content = 1,
        Community = 2,
        Creator = 3,
        Value = 4,
        Session = 5,
        /// <summary>Length of the key (2), key, value. Comes once per attribute.</summary>
        Attribute = 6,
        /// <summary>No value: the attributes are there, though empty.</summary>
        NoAttributes = 7,
    }

    public static void Write(ActivityEvent activity, RecordBuffer to)
    {
        var start = to.Length;
        to.Skip(PrefixBytes);
        WriteIdentity(activity, to);
        WriteText(Tag.Content, activity.Content?.Value, to);
        WriteText(Tag.Community, activity.Community?.Value, to);
        WriteText(Tag.Creator, activity.Creator?.Value, to);
        if (activity.Value is { } value) BinaryPrimitives.WriteDoubleLittleEndian(Field(Tag.Value, 8, to), value);
        WriteText(Tag.Session, activity.Session, to);
        if (activity.Attributes is { } attributes) WriteAttributes(attributes, to);

        var record = to.From(start);
        BinaryPrimitives.WriteInt32LittleEndian(record, record.Length - PrefixBytes);
        BinaryPrimitives.WriteUInt32LittleEndian(record[4..], Checksum(record[PrefixBytes..]));
    }

    /// <summary>Splits the first record off.</summary>
    /// <param name="check">False: its checksum is not looked at.</param>
    /// <returns>Its content.</returns>
    /// <exception cref="FormatException">The bytes are not what was written.</exception>
    public static ReadOnlySpan<byte> Next(ref ReadOnlySpan<byte> records, bool check = true)
    {
        var left = records.Length - PrefixBytes;
        var length = left < 0 ? -1 : BinaryPrimitives.ReadInt32LittleEndian(records);
        if (length < FixedBytes || length > left)
            throw new FormatException($"it claims {length} bytes, expected {FixedBytes} to {left}.");

        var expected = BinaryPrimitives.ReadUInt32LittleEndian(records[4..]);
        var content = records.Slice(PrefixBytes, length);
        records = records[(PrefixBytes + length)..];
        if (check && Checksum(content) is var actual && actual != expected)
            throw new FormatException($"its checksum is {actual:x8}, expected {expected:x8}.");
        return content;
    }

    /// <summary>False when the user's name is longer than the record: it is damaged.</summary>
    public static bool HasIdentity(ReadOnlySpan<byte> content) =>
        FixedBytes + BinaryPrimitives.ReadUInt16LittleEndian(content[26..]) <= content.Length;

    public static Guid EventId(ReadOnlySpan<byte> content) => new(content[..16], bigEndian: true);

    public static string User(ReadOnlySpan<byte> content, TextCache? texts = null) => Text(
        content.Slice(FixedBytes, BinaryPrimitives.ReadUInt16LittleEndian(content[26..])), texts);

    /// <summary>The same of a whole record, with its length and checksum.</summary>
    public static string UserOf(ReadOnlySpan<byte> record, TextCache texts) => User(record[PrefixBytes..], texts);

    /// <param name="texts">Where ids may be known.</param>
    /// <exception cref="FormatException">A field is longer than the record.</exception>
    public static ActivityEvent Decode(ReadOnlySpan<byte> content, TextCache? texts = null)
    {
        try
        {
            var user = User(content, texts);
            var fields = Fields.Read(
                content[(FixedBytes + BinaryPrimitives.ReadUInt16LittleEndian(content[26..]))..], texts);
            return new ActivityEvent
            {
                EventId = EventId(content),
                User = new UserId(user),
                Kind = (ActivityKind)BinaryPrimitives.ReadInt16LittleEndian(content[24..]),
                Content = fields.Content is null ? null : new ContentId(fields.Content),
                Community = fields.Community is null ? null : new CommunityId(fields.Community),
                Creator = fields.Creator is null ? null : new CreatorId(fields.Creator),
                Value = fields.Value,
                OccurredAt = DateTimeOffset.FromUnixTimeMilliseconds(
                    BinaryPrimitives.ReadInt64LittleEndian(content[16..])),
                Session = fields.Session,
                Attributes = fields.Attributes,
            };
        }
        catch (ArgumentException error)
        {
            throw new FormatException($"a field does not fit: {error.Message}", error);
        }
    }

    private static void WriteIdentity(ActivityEvent activity, RecordBuffer to)
    {
        var length = Encoding.UTF8.GetByteCount(activity.User.Value);
        var fixedPart = to.Skip(FixedBytes + length);
        activity.EventId.TryWriteBytes(fixedPart, bigEndian: true, out _);
        BinaryPrimitives.WriteInt64LittleEndian(fixedPart[16..], activity.OccurredAt.ToUnixTimeMilliseconds());
        BinaryPrimitives.WriteInt16LittleEndian(fixedPart[24..], checked((short)activity.Kind));
        BinaryPrimitives.WriteUInt16LittleEndian(fixedPart[26..], checked((ushort)length));
        Encoding.UTF8.GetBytes(activity.User.Value, fixedPart[FixedBytes..]);
    }

    private static void WriteText(Tag tag, string? text, RecordBuffer to)
    {
        if (text is not null) Encoding.UTF8.GetBytes(text, Field(tag, Encoding.UTF8.GetByteCount(text), to));
    }

    private static void WriteAttributes(IReadOnlyDictionary<string, string> attributes, RecordBuffer to)
    {
        if (attributes.Count == 0) Field(Tag.NoAttributes, 0, to);
        foreach (var (key, value) in attributes)
        {
            var keyLength = Encoding.UTF8.GetByteCount(key);
            var field = Field(Tag.Attribute, 2 + keyLength + Encoding.UTF8.GetByteCount(value), to);
            BinaryPrimitives.WriteUInt16LittleEndian(field, checked((ushort)keyLength));
            Encoding.UTF8.GetBytes(key, field[2..]);
            Encoding.UTF8.GetBytes(value, field[(2 + keyLength)..]);
        }
    }

    private static Span<byte> Field(Tag tag, int length, RecordBuffer to)
    {
        var field = to.Skip(5 + length);
        field[0] = (byte)tag;
        BinaryPrimitives.WriteInt32LittleEndian(field[1..], length);
        return field[5..];
    }

    private static string Text(ReadOnlySpan<byte> utf8, TextCache? texts) =>
        texts is null ? Encoding.UTF8.GetString(utf8) : texts.Get(utf8);

    private static uint Checksum(ReadOnlySpan<byte> content)
    {
        var crc = uint.MaxValue;
        for (; content.Length >= 8; content = content[8..])
            crc = BitOperations.Crc32C(crc, BinaryPrimitives.ReadUInt64LittleEndian(content));
        foreach (var octet in content) crc = BitOperations.Crc32C(crc, octet);
        return ~crc;
    }

    private struct Fields
    {
        public string? Content;
        public string? Community;
        public string? Creator;
        public double? Value;
        public string? Session;
        public Dictionary<string, string>? Attributes;

        public static Fields Read(ReadOnlySpan<byte> bytes, TextCache? texts)
        {
            var fields = new Fields();
            while (!bytes.IsEmpty)
            {
                var length = BinaryPrimitives.ReadInt32LittleEndian(bytes[1..]);
                fields.Set((Tag)bytes[0], bytes.Slice(5, length), texts);
                bytes = bytes[(5 + length)..];
            }
            return fields;
        }

        private void Set(Tag tag, ReadOnlySpan<byte> value, TextCache? texts)
        {
            switch (tag)
            {
                case Tag.Content: Content = Text(value, texts); break;
                case Tag.Community: Community = Text(value, texts); break;
                case Tag.Creator: Creator = Text(value, texts); break;
                case Tag.Value: Value = BinaryPrimitives.ReadDoubleLittleEndian(value); break;
                case Tag.Session: Session = Encoding.UTF8.GetString(value); break;
                case Tag.NoAttributes: Attributes ??= []; break;
                case Tag.Attribute:
                    var keyLength = BinaryPrimitives.ReadUInt16LittleEndian(value);
                    (Attributes ??= []).Add(
                        Encoding.UTF8.GetString(value.Slice(2, keyLength)),
                        Encoding.UTF8.GetString(value[(2 + keyLength)..]));
                    break;
                default: break;
            }
        }
    }
}
