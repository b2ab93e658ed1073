using Engage.Storage.Sqlite;
using Engage.Storage.Sqlite.Keys;

namespace Engage.Storage.Tests;

/// <summary>The index against a dictionary, through merges, failures and restarts.</summary>
public sealed class KeyIndexTests : IDisposable
{
    private readonly StorageFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(3, 2_000, 1)]
    [InlineData(100, 6_000, 2)]
    [InlineData(700, 30_000, 3)] // more than one chunk per run
    public void EveryKeyIsFoundWhateverHappenedToItsRun(int perRun, int keys, int seed)
    {
        var random = new Random(seed);
        using var session = Prepare();
        var index = new KeyIndex();
        index.Reload(session);
        var known = new Dictionary<EventKey, long>();

        while (known.Count < keys)
        {
            session.Begin();
            var added = AddRun(index, session, random, perRun, known.Count);
            index.Advance(session, perRun);
            var fails = random.Next(5) == 0;
            if (fails) session.RollBack();
            else session.Commit();
            if (fails) index.Reload(session);
            else foreach (var entry in added) known.Add(entry.Key, entry.Offset);
            if (random.Next(20) == 0) (index = new KeyIndex()).Reload(session);
        }

        foreach (var (key, offset) in known) Assert.Equal([offset], index.OffsetsOf(session, key));
        for (var i = 0; i < 1_000; i++) Assert.Empty(index.OffsetsOf(session, Key(random)));
        Assert.Equal(known.Count, session.Prepare("SELECT sum(keys) FROM journal_key_run").Scalar());
        Assert.True(session.Prepare("SELECT max(level) FROM journal_key_run").Scalar() > 0);
    }

    [Fact]
    public void RowsOfMergedRunsAreRemoved()
    {
        var random = new Random(4);
        using var session = Prepare();
        var index = new KeyIndex();
        index.Reload(session);

        for (var run = 0; run < 200; run++)
        {
            AddRun(index, session, random, 40, run * 40);
            index.Advance(session, 40);
        }
        for (var i = 0; i < 1_000; i++) index.Advance(session, 40);

        const string dead =
            "SELECT count(*) FROM journal_key_chunk WHERE place >> 32 NOT IN (SELECT run FROM journal_key_run)";
        Assert.Equal(0, session.Prepare(dead).Scalar());
        Assert.Equal(0, session.Prepare(dead.Replace("chunk", "filter", StringComparison.Ordinal)).Scalar());
        var runs = session.Prepare("SELECT count(*) FROM journal_key_run").Scalar()!.Value;
        Assert.InRange(runs, 1, 3 * KeyIndex.RunsPerMerge);
    }

    [Fact]
    public void EqualKeysOfUsersWithOneHashAreAllShown()
    {
        using var session = Prepare();
        var index = new KeyIndex();
        index.Reload(session);
        var shared = new EventKey(7, 7, 7);
        KeyEntry[] entries = [.. Enumerable.Range(1, 1_200).Select(offset => new KeyEntry(shared, offset))];

        index.Add(index.NewRun([new(new(1, 1, 1), 9), .. entries, new(new(9, 9, 9), 9)]).Complete(session));

        Assert.Equal(entries.Select(entry => entry.Offset), index.OffsetsOf(session, shared));
    }

    /// <summary>That of FNV cannot be met by chance, so the keys are made by hand.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(1_000)]
    public void UserWithAnothersHashIsNotTakenForHim(int generationMax)
    {
        using var session = Prepare();
        var writer = new JournalWriter(1);
        var keys = new EventKeys(generationMax, 1);
        writer.Reload(session);
        keys.Reload(session);
        var key = new EventKey(7, 7, 7);

        foreach (var user in (string[])["ann", "mallory", "bob"])
        {
            Assert.Null(keys.OffsetOf(session, key, user, 0));
            var entry = JournalEntry.Encode([Events.Viewed(user, 1)], 1)[0];
            keys.Add(key, user, 0, writer.Append(session, 0, entry.Record.Span));
            writer.Flush(session);
            keys.Advance(session);
            keys.Add(new(1, (ulong)user.Length, 1), user, 0, 99);
            keys.Advance(session);
        }

        Assert.Equal(1, keys.OffsetOf(session, key, "ann", 0));
        Assert.Equal(2, keys.OffsetOf(session, key, "mallory", 0));
        Assert.Equal(3, keys.OffsetOf(session, key, "bob", 0));
        Assert.Null(keys.OffsetOf(session, key, "eve", 0));
    }

    [Fact]
    public void FilterNeverDeniesWhatWasAddedAndSeldomErrs()
    {
        var random = new Random(5);
        var filter = new KeyFilter(20_000);
        EventKey[] added = [.. Enumerable.Range(0, 20_000).Select(_ => Key(random))];
        foreach (var key in added) filter.Add(key);

        var read = KeyFilter.Of([filter.Bytes[..512].ToArray(), filter.Bytes[512..].ToArray()]);

        Assert.All(added, key => Assert.True(read.MayContain(KeyFilter.Hash(key))));
        Assert.InRange(Enumerable.Range(0, 100_000).Count(_ => read.MayContain(KeyFilter.Hash(Key(random)))), 0, 300);
    }

    [Fact]
    public void KeysSortAsTheirBytesDo()
    {
        var random = new Random(7);
        EventKey[] keys =
            [.. Enumerable.Range(0, 300).Select(_ => Key(random) with { UserHash = (ulong)random.Next(3) })];

        var sorted = keys.Order();

        Assert.Equal(keys.OrderBy(key => Convert.ToHexString(Bytes(key)), StringComparer.Ordinal), sorted);
        Assert.All(keys, key => Assert.Equal(key, EventKey.Read(Bytes(key))));
    }

    private SqliteSession Prepare()
    {
        _folder.Open().Dispose();
        return SqliteSession.OpenWriter(_folder.File);
    }

    private static List<KeyEntry> AddRun(KeyIndex index, SqliteSession session, Random random, int keys, int offset)
    {
        var entries = Enumerable.Range(1, keys).Select(i => new KeyEntry(Key(random), offset + i)).Order().ToList();
        using var run = index.NewRun(entries);
        index.Add(run.Complete(session));
        return entries;
    }

    private static EventKey Key(Random random) =>
        new((ulong)random.NextInt64(), (ulong)random.NextInt64(), (ulong)random.NextInt64());

    private static byte[] Bytes(EventKey key)
    {
        var bytes = new byte[EventKey.Bytes];
        key.Write(bytes);
        return bytes;
    }
}
