using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Engage.LoadGen.Load.Dialects;

namespace Engage.LoadGen.Tests.Load;

/// <summary>The forward-only reader finds what a full parse of the same bytes finds.</summary>
public sealed class PushReaderTests
{
    [Fact]
    public void PushesAreReadAsAFullParseReadsThem()
    {
        for (var seed = 1; seed <= 300; seed++)
        {
            var json = RandomPush(new Random(seed));

            var push = PushReader.Read(Encoding.UTF8.GetBytes(json)).Entries;

            using var whole = JsonDocument.Parse(json);
            var entries = whole.RootElement.GetProperty("entries").EnumerateArray().ToArray();
            Assert.Equal(whole.RootElement.GetProperty("after").GetInt64(), push.After);
            Assert.Equal(whole.RootElement.GetProperty("to").GetInt64(), push.To);
            Assert.Equal(entries.Select(entry => entry.GetProperty("seq").GetInt64()), push.Seqs);
            Assert.Equal(entries.Select(StampOf), push.Stamps);
        }
    }

    [Fact]
    public void HubMessagesAreTakenApartAsAFullParseDoes()
    {
        for (var seed = 1; seed <= 300; seed++)
        {
            var random = new Random(seed);
            var argument = RandomPush(random);
            var members = new List<string>
            {
                "\"type\":1", "\"target\":\"room\"", $"\"arguments\":[{argument},{{\"entries\":[]}}]",
                "\"invocationId\":\"17\"", "\"headers\":{\"type\":9,\"target\":\"x\"}",
            };
            random.Shuffle(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(members));
            var record = Encoding.UTF8.GetBytes($"{{{string.Join(" , ", members)}}}");

            var read = HubRecord.Read(record);

            Assert.Equal((1, "room", 17), (read.Type, read.Target, read.Call));
            Assert.Equal(argument, Encoding.UTF8.GetString(record.AsSpan()[read.Argument]));
        }
    }

    [Theory]
    [InlineData("""{"seq":7,"kind":"said","text":"hello"}""", 6, 7)]
    [InlineData("""{"seq":12}""", 11, 12)]
    public void ALoneEntryFollowsTheOneBeforeIt(string json, long after, long to)
    {
        var push = PushReader.Read(Encoding.UTF8.GetBytes(json)).Entries;

        Assert.Equal((after, to), (push.After, push.To));
        Assert.Equal([to], push.Seqs);
    }

    [Fact]
    public void AnAnswerToJoiningEndsWhereItSays()
    {
        const string json =
            """{"room":{"seq":99},"me":{"user":"u"},"mode":"resumed","seq":9,"entries":[{"seq":8},{"seq":9}]}""";

        var joined = PushReader.Read(Encoding.UTF8.GetBytes(json));

        Assert.Equal("resumed", joined.Mode);
        Assert.Equal(9, joined.Entries.To);
        Assert.Equal([8, 9], joined.Entries.Seqs);
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("""{"after":1,"to":2,"entries":7}""")]
    [InlineData("""{"after":"one","to":2,"entries":[]}""")]
    [InlineData("""{"after":1,"to":2,"entries":[{"seq":1]}""")]
    [InlineData("")]
    public void WhatIsNoPushIsRefused(string json) =>
        Assert.Throws<InvalidDataException>(() => PushReader.Read(Encoding.UTF8.GetBytes(json)));

    [Fact]
    public void TheCacheTakesNothingForSomethingElse()
    {
        var cache = new PushCache();
        var random = new Random(5);
        var known = new Dictionary<string, Push>();
        for (var i = 0; i < 3_000; i++)
        {
            var json = RandomPush(random);
            var bytes = Encoding.UTF8.GetBytes(json);
            var push = PushReader.Read(bytes).Entries;
            cache.Add(bytes, push);
            known[json] = push;
            Assert.Same(push, cache.Find(bytes));
            // The last byte of a long message is beyond what places it in the cache.
            bytes[^2] ^= 1;
            Assert.Null(cache.Find(bytes));
        }

        Assert.All(known, each => Assert.True(
            cache.Find(Encoding.UTF8.GetBytes(each.Key)) is not { } found || found == each.Value));
    }

    [Fact]
    public void AStampIsReadBackFromTheTextThatItBegins()
    {
        const long timestamp = 123_456_789_012_345;

        var text = Stamp.Write(timestamp, 100);

        Assert.Equal(100, text.Length);
        Assert.Equal(timestamp, Stamp.Read(Encoding.UTF8.GetBytes(text)));
        Assert.Equal(0, Stamp.Read("today I learned"u8));
        Assert.Equal(0, Stamp.Read("t00000"u8));
    }

    private static long StampOf(JsonElement entry) =>
        entry.TryGetProperty("text", out var text) && text.GetString() is ['t', ..] stamped
            ? long.Parse(stamped.AsSpan(1, 16), System.Globalization.NumberStyles.HexNumber)
            : 0;

    private static string RandomPush(Random random)
    {
        var after = random.NextInt64(1_000_000);
        var entries = new JsonArray();
        var seq = after;
        for (var i = random.Next(6); i > 0; i--)
            entries.Add(RandomEntry(random, seq += random.Next(1, 4)));
        var members = new List<(string Name, JsonNode Value)>
        {
            ("room", "r-1"), ("after", after), ("to", seq + random.Next(3)), ("entries", entries),
            ("state", new JsonObject { ["present"] = 3, ["after"] = 5, ["entries"] = new JsonArray(1, 2) }),
        };
        random.Shuffle(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(members));
        var push = new JsonObject();
        foreach (var (name, value) in members)
            push[name] = value;
        return push.ToJsonString(new(JsonSerializerDefaults.Web) { WriteIndented = random.Next(2) == 0 });
    }

    private static JsonObject RandomEntry(Random random, long seq)
    {
        var entry = new JsonObject { ["at"] = "2026-11-22T08:00:00.000Z", ["kind"] = "said" };
        var place = random.Next(3);
        if (place == 0)
            entry["seq"] = seq;
        if (random.Next(3) > 0)
            entry["text"] = random.Next(2) == 0
                ? Stamp.Write(random.NextInt64(1, long.MaxValue), 60) + "再来一次 \"quoted\" \\ \u001e"
                : "第一次来 \n{\"seq\":5}";
        entry["poll"] = new JsonObject { ["seq"] = 77, ["text"] = Stamp.Write(1, 40) };
        if (place > 0)
            entry["seq"] = seq;
        return entry;
    }
}
