using System.Buffers.Binary;
using Engage.Contracts;
using Engage.Contracts.Activity;
using Engage.Storage.Sqlite;

namespace Engage.Storage.Tests;

public sealed class JournalRecordTests
{
    private static readonly ActivityEvent Full = new()
    {
        EventId = Guid.Parse("0190163d-8694-739b-aea5-966c26f8ad91"),
        User = new UserId("用户-1"),
        Kind = ActivityKind.Rated,
        Content = new ContentId("content-1"),
        Community = new CommunityId("community-1"),
        Creator = new CreatorId("creator-1"),
        Value = 4.5,
        OccurredAt = DateTimeOffset.FromUnixTimeMilliseconds(1_795_000_000_123),
        Session = "session-1",
        Attributes = new Dictionary<string, string> { ["query"] = "机器学习 \"ML\"", ["surface"] = "" },
    };

    [Fact]
    public void EventReadsAsItWasWritten()
    {
        var read = Decode(Encode(Full));

        Assert.Equal(Full.Attributes, read.Attributes);
        Assert.Equal(Full with { Attributes = null }, read with { Attributes = null });
    }

    [Fact]
    public void AbsentFieldsStayAbsentAndEmptyOnesEmpty()
    {
        var bare = Events.Viewed("ann", 1) with { Content = null };
        var empty = bare with { Session = "", Attributes = new Dictionary<string, string>() };

        Assert.Equal(bare, Decode(Encode(bare)));
        var read = Decode(Encode(empty));
        Assert.Equal("", read.Session);
        Assert.Empty(read.Attributes!);
    }

    /// <summary>Every journal on a disk is in this format: a change that reads differently must not pass.</summary>
    [Fact]
    public void FormatNeverChanges()
    {
        var expected = Sealed(Convert.FromHexString(
            "0000000000000000" + "00000001000100010101010101010101" + "0180d35492010000" + "0100" + "0300" + "616e6e"
            + "01" + "09000000" + "636f6e74656e742d31" + "05" + "04000000" + "6d6f6f64"));

        Assert.Equal(expected, Encode(Events.Viewed("ann", 1) with { Session = "mood" }));
    }

    [Fact]
    public void UnknownFieldsOfALaterVersionAreIgnored()
    {
        var later = Sealed([.. Encode(Full), 200, 3, 0, 0, 0, 1, 2, 3]);

        Assert.Equal(Full.Session, Decode(later).Session);
    }

    [Fact]
    public void EveryChangedByteAndEveryCutIsNoticed()
    {
        var good = Encode(Full);

        for (var i = 0; i < good.Length; i++)
        {
            var changed = good.ToArray();
            changed[i] ^= 0x10;
            Assert.Throws<FormatException>(() => Decode(changed));
            Assert.Throws<FormatException>(() => Decode(good[..i]));
        }
    }

    [Fact]
    public void FieldLongerThanItsRecordIsRefused()
    {
        var torn = Sealed([.. Encode(Full), 1, 90, 0, 0, 0]);

        Assert.Throws<FormatException>(() => Decode(torn));
    }

    private static byte[] Encode(ActivityEvent activity)
    {
        var buffer = new RecordBuffer(16);
        JournalRecord.Write(activity, buffer);
        return buffer.Written.ToArray();
    }

    private static ActivityEvent Decode(byte[] record)
    {
        ReadOnlySpan<byte> rest = record;
        return JournalRecord.Decode(JournalRecord.Next(ref rest));
    }

    /// <summary>With the length and the checksum (CRC-32C, bit by bit) that belong to it.</summary>
    private static byte[] Sealed(byte[] record)
    {
        var crc = uint.MaxValue;
        foreach (var octet in record.AsSpan(8))
        {
            crc ^= octet;
            for (var bit = 0; bit < 8; bit++) crc = (crc >> 1) ^ ((crc & 1) * 0x82f63b78);
        }
        BinaryPrimitives.WriteInt32LittleEndian(record, record.Length - 8);
        BinaryPrimitives.WriteUInt32LittleEndian(record.AsSpan(4), ~crc);
        return record;
    }
}
