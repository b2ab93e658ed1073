using System.Text;
using System.Text.Json;
using Engage.Contracts;
using Engage.Contracts.Rooms;
using static Engage.Storage.Tests.RoomEntries;

namespace Engage.Storage.Tests;

public abstract class SealedRoomLogTests : StorageSuite
{
    private static readonly UserId Lin = new("u-lin");
    private static readonly UserId Max = new("u-max");

    private protected SealedRoomLogTests(StorageSite site) : base(site) { }

    [StorageFact]
    public async Task EveryKindOfEntryReadsAsItWasWritten()
    {
        var log = Site.Open().Rooms;
        LoggedEntry[] entries = [.. Kinds()];

        await log.AppendAsync(Here, entries, default);

        AssertSame(entries, await log.ReadAsync(Here, 0, 100, default));
        AssertSame(entries, await log.ReadBackAsync(Here, long.MaxValue, 100, default));
        AssertSame(entries.Where(entry => entry.By == Lin), await log.ReadAuthorAsync(Here, Lin, 0, 100, default));
    }

    [StorageFact]
    public async Task DatabaseHasNoneOfTheWords()
    {
        await Site.Open().Rooms.AppendAsync(Here, [.. Kinds()], default);

        Assert.Equal(0, Site.Query(CountOf("planted")));
        Assert.True(Site.Query(CountOf("\"kind\"")) > 0);
    }

    [StorageFact]
    public async Task WhoWasErasedLeavesTheShapeOfWhatSheDid()
    {
        var storage = Site.Open();
        await storage.Rooms.AppendAsync(Here, [.. Kinds()], default);

        await storage.Vault.DestroyAsync(Lin, default);

        var read = await storage.Rooms.ReadAsync(Here, 0, 100, default);
        Assert.All(
            read.Where(entry => entry.By == Lin),
            entry => Assert.DoesNotContain("planted lin", Text(entry), StringComparison.Ordinal));
        Assert.Equal(
            """{"seq":1,"kind":"said","by":"u-x","name":"","text":"","replyTo":7,"deleted":true}""",
            Text(read[0]).Replace("u-lin", "u-x", StringComparison.Ordinal));
        Assert.Equal(
            """{"seq":3,"kind":"pollVoted","poll":2,"choices":[1,2],"word":"","deleted":true}""", Text(read[2]));
        Assert.Contains("planted max", Text(read[4]), StringComparison.Ordinal);
        // The board keeps those who are still here.
        Assert.Contains("""{"user":"u-lin","name":"","score":3},{"user":"u-max","name":"planted max","score":2}""",
            Text(read[5]), StringComparison.Ordinal);
        Assert.Contains("planted cloud", Text(read[5]), StringComparison.Ordinal);
        // Why she was muted is about her, whoever wrote it.
        Assert.Contains("\"reason\":\"\",\"deleted\":true", Text(read[8]), StringComparison.Ordinal);
        Assert.Contains("\"name\":\"planted max\"", Text(read[8]), StringComparison.Ordinal);
        Assert.All(read, entry => JsonDocument.Parse(entry.Json).Dispose());
    }

    [StorageFact]
    public async Task WhatAnErasedPersonStillSendsIsNotKept()
    {
        var storage = Site.Open();
        await storage.Vault.DestroyAsync(Lin, default);

        await storage.Rooms.AppendAsync(Here, [.. Kinds()], default);

        var read = await storage.Rooms.ReadAsync(Here, 0, 100, default);
        Assert.Contains("\"deleted\":true", Text(read[0]), StringComparison.Ordinal);
        Assert.Contains("planted max", Text(read[4]), StringComparison.Ordinal);
    }

    [StorageFact]
    public async Task NameThatSomebodyElseWroteGoesWithItsOwner()
    {
        var storage = Site.Open();
        const string Json =
            """{"seq":1,"kind":"said","by":"u-max","name":"planted max","text":"n \n@林 \u2028planted lin, 林!"}""";
        var entry = Entry(1, RoomEntryKind.Said, Max, Json) with
        {
            Claims = [new("planted lin", [Lin], false), new("林", [Lin], false), new("n", [Lin], false)],
        };
        await storage.Rooms.AppendAsync(Here, [entry], default);
        var before = Text((await storage.Rooms.ReadAsync(Here, 0, 1, default))[0]);

        await storage.Vault.DestroyAsync(Lin, default);

        var after = Text((await storage.Rooms.ReadAsync(Here, 0, 1, default))[0]);
        Assert.Equal(Json, before);
        Assert.Equal(
            """{"seq":1,"kind":"said","by":"u-max","name":"planted max","text":"… \n@… \u2028…, …!"}""", after);
        Assert.Equal(0, Site.Query(CountOf("planted")));
    }

    [StorageFact]
    public async Task NameIsNoPartOfAnotherWord()
    {
        var storage = Site.Open();
        const string Rest = """{"seq":1,"kind":"said","by":"u-max","name":"max","text":""";
        const string Json = Rest + """
            "Ann, Annabel,\nAnn 安娜安Ann😀Ann Hann Ann's 2Ann"}
            """;
        var entry = Entry(1, RoomEntryKind.Said, Max, Json) with
        {
            Claims = [new("Ann", [Lin], false), new("安", [Lin], false)],
        };
        await storage.Rooms.AppendAsync(Here, [entry], default);
        var before = Text((await storage.Rooms.ReadAsync(Here, 0, 1, default))[0]);

        await storage.Vault.DestroyAsync(Lin, default);

        Assert.Equal(Json, before);
        Assert.Equal(
            Rest + """
            "…, Annabel,\n… …娜……😀… Hann …'s 2Ann"}
            """,
            Text((await storage.Rooms.ReadAsync(Here, 0, 1, default))[0]));
    }

    [StorageFact]
    public async Task NamesInARemovedTextAreTheirPeoplesAndTheModeratorsStaysHers()
    {
        var storage = Site.Open();
        var zoe = new UserId("u-zoe");
        const string Rest = """{"seq":1,"kind":"deleted","by":"u-max","name":"planted max","target":7,""";
        // Her own name is all that the moderator gives as the reason.
        var entry = Entry(
            1, RoomEntryKind.Deleted, Max, Rest + "\"text\":\"about planted lin\",\"reason\":\"planted max\"}",
            RoomAudience.Moderators) with
        {
            Claims =
            [
                new("about planted lin", [zoe], true), new("planted max", [zoe], true),
                new("planted lin", [Lin], false),
            ],
        };
        await storage.Rooms.AppendAsync(Here, [entry], default);

        await storage.Vault.DestroyAsync(Lin, default);
        var withoutLin = Text((await storage.Rooms.ReadAsync(Here, 0, 1, default))[0]);
        await storage.Vault.DestroyAsync(zoe, default);

        Assert.Equal(Rest + "\"text\":\"about …\",\"reason\":\"planted max\"}", withoutLin);
        Assert.Equal(
            Rest + "\"text\":\"\",\"reason\":\"\",\"deleted\":true}",
            Text((await storage.Rooms.ReadAsync(Here, 0, 1, default))[0]));
    }

    [StorageFact]
    public async Task WordOfAFewGoesWithTheLastOfThemAndResultsStay()
    {
        var storage = Site.Open();
        var entry = Entry(1, RoomEntryKind.PollClosed, Max, """
            {"seq":1,"kind":"pollClosed","poll":2,"results":{"voters":9,"words":[{"word":"ours","count":6},
            {"word":"both","count":2},{"word":"hers","count":1}]}}
            """) with { Claims = [new("both", [Lin, Max], true), new("hers", [Lin], true)] };
        await storage.Rooms.AppendAsync(Here, [entry], default);

        await storage.Vault.DestroyAsync(Lin, default);
        var first = Text((await storage.Rooms.ReadAsync(Here, 0, 1, default))[0]);
        await storage.Vault.DestroyAsync(Max, default);
        var second = Text((await storage.Rooms.ReadAsync(Here, 0, 1, default))[0]);

        const string Rest = """{"word":"","count":1}]}}""";
        Assert.EndsWith($$"""[{"word":"ours","count":6},{"word":"both","count":2},{{Rest}}""", first,
            StringComparison.Ordinal);
        Assert.EndsWith($$"""[{"word":"ours","count":6},{"word":"","count":2},{{Rest}}""", second,
            StringComparison.Ordinal);
    }

    [StorageFact]
    public async Task RemovedAnonymousQuestionGoesWithItsAsker()
    {
        var storage = Site.Open();
        var entry = Entry(1, RoomEntryKind.Deleted, Max, """
            {"seq":1,"kind":"deleted","by":"u-max","name":"planted max","target":7,"text":"planted question",
            "reason":"planted reason"}
            """, RoomAudience.Moderators) with
        {
            Claims = [new("planted question", [Lin], true), new("planted reason", [Lin], true)],
        };
        await storage.Rooms.AppendAsync(Here, [entry], default);

        await storage.Vault.DestroyAsync(Lin, default);

        Assert.Equal(
            """{"seq":1,"kind":"deleted","by":"u-max","name":"planted max","target":7,"""
            + "\"text\":\"\",\"reason\":\"\",\"deleted\":true}",
            Text((await storage.Rooms.ReadAsync(Here, 0, 1, default))[0]));
    }

    /// <summary>One of each shape.</summary>
    private static IEnumerable<LoggedEntry> Kinds()
    {
        yield return Entry(1, RoomEntryKind.Said, Lin, """
            {"seq":1,"kind":"said","by":"u-lin","name":"planted lin","text":"planted lin \"1\" 林","replyTo":7}
            """);
        yield return Entry(2, RoomEntryKind.PollOpened, Max, """
            {"seq":2,"kind":"pollOpened","by":"u-max","name":"planted max",
            "poll":{"kind":"multiple","question":"planted?","choices":["planted a","planted b"],"showResults":true}}
            """);
        yield return Entry(3, RoomEntryKind.PollVoted, Lin,
            """{"seq":3,"kind":"pollVoted","poll":2,"choices":[1,2],"word":"planted lin"}""");
        yield return Entry(4, RoomEntryKind.Deleted, Max, """
            {"seq":4,"kind":"deleted","by":"u-max","name":"planted max","target":1,"author":"u-lin",
            "text":"planted lin","reason":"planted max"}
            """, RoomAudience.Moderators);
        yield return Entry(5, RoomEntryKind.Said, Max,
            """{"seq":5,"kind":"said","by":"u-max","name":"planted max","text":"planted max"}""");
        yield return Entry(6, RoomEntryKind.PollClosed, null, """
            {"seq":6,"kind":"pollClosed","poll":2,"results":{"voters":2,"words":[{"word":"planted cloud","count":2}]},
            "right":1,"leaders":[{"user":"u-lin","name":"planted lin","score":3},
            {"user":"u-max","name":"planted max","score":2}]}
            """);
        yield return Entry(7, RoomEntryKind.HandCalled, Max, """
            {"seq":7,"kind":"handCalled","by":"u-max","name":"planted max","user":"u-lin","userName":"planted lin"}
            """);
        yield return Entry(8, RoomEntryKind.PresenceChanged, null, """{"seq":8,"present":3}""", RoomAudience.Nobody);
        yield return Entry(9, RoomEntryKind.Muted, Max, """
            {"seq":9,"kind":"muted","by":"u-max","name":"planted max","user":"u-lin","reason":"planted lin"}
            """, RoomAudience.Moderators);
    }

    private static LoggedEntry Entry(
        long seq, RoomEntryKind kind, UserId? by, string json, RoomAudience audience = RoomAudience.Everyone) => new(
        seq, DateTimeOffset.UnixEpoch.AddSeconds(seq), kind, audience, by, by is null ? null : Guid.NewGuid(),
        Encoding.UTF8.GetBytes(json.ReplaceLineEndings("").Trim()));

    private static string Text(LoggedEntry entry) => Encoding.UTF8.GetString(entry.Json);

    /// <summary>How many rows have these bytes.</summary>
    private protected abstract string CountOf(string text);

    public sealed class OnSqlite() : SealedRoomLogTests(new SqliteSite())
    {
        private protected override string CountOf(string text) =>
            $"SELECT count(*) FROM room_log WHERE instr(body, CAST('{text}' AS BLOB)) > 0";
    }

    [NeedsPostgres]
    public sealed class OnPostgres() : SealedRoomLogTests(new PostgresSite())
    {
        private protected override string CountOf(string text) =>
            $"SELECT count(*) FROM room_log WHERE position('{text}'::bytea IN body) > 0";
    }
}
