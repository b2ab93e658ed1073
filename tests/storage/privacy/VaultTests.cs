using System.Data;
using System.Text;
using Engage.Contracts;
using Engage.Storage.Privacy;

namespace Engage.Storage.Tests;

public abstract class VaultTests : StorageSuite
{
    private const string Purpose = "account.mail";
    private static readonly UserId Lin = new("u-lin");
    private static readonly UserId Max = new("u-max");

    private protected VaultTests(StorageSite site) : base(site) { }

    [StorageFact]
    public async Task SealedTextOpensAlsoAfterReopening()
    {
        string kept;
        using (var storage = Site.Open())
            kept = await storage.Vault.SealAsync(Lin, Purpose, "林@example.org \"1\"", default);

        var text = await Site.Open().Vault.OpenAsync(Lin, Purpose, kept, default);

        Assert.Equal("林@example.org \"1\"", text);
        Assert.StartsWith("s1.", kept, StringComparison.Ordinal);
        Assert.Matches("^[A-Za-z0-9._-]+$", kept);
    }

    [StorageFact]
    public async Task EqualTextsAreSealedDifferently()
    {
        var vault = Site.Open().Vault;

        var first = await vault.SealAsync(Lin, Purpose, "same", default);
        var second = await vault.SealAsync(Lin, Purpose, "same", default);

        Assert.NotEqual(first, second);
    }

    [StorageFact]
    public async Task SealedTextOpensForNoOtherUserOrPurposeAndNotWhenChanged()
    {
        var vault = Site.Open().Vault;
        var kept = await vault.SealAsync(Lin, Purpose, "secret", default);
        await vault.SealAsync(Max, Purpose, "other", default);
        var changed = kept[..^3] + (kept[^3] == 'A' ? 'B' : 'A') + kept[^2..];

        await Assert.ThrowsAsync<StorageException>(() => vault.OpenAsync(Max, Purpose, kept, default).AsTask());
        await Assert.ThrowsAsync<StorageException>(() => vault.OpenAsync(Lin, "account.name", kept, default).AsTask());
        await Assert.ThrowsAsync<StorageException>(() => vault.OpenAsync(Lin, Purpose, changed, default).AsTask());
        await Assert.ThrowsAsync<StorageException>(() => vault.OpenAsync(Lin, Purpose, "secret", default).AsTask());
        await Assert.ThrowsAsync<StorageException>(() => vault.OpenAsync(Lin, Purpose, "s1.x", default).AsTask());
    }

    [StorageFact]
    public async Task DestroyedKeyOpensNothingAndNeverComesBack()
    {
        string kept;
        using (var storage = Site.Open())
        {
            kept = await storage.Vault.SealAsync(Lin, Purpose, "secret", default);
            await storage.Vault.DestroyAsync(Lin, default);
            await storage.Vault.DestroyAsync(Lin, default);

            Assert.Null(await storage.Vault.OpenAsync(Lin, Purpose, kept, default));
        }

        var vault = Site.Open().Vault;

        Assert.Null(await vault.OpenAsync(Lin, Purpose, kept, default));
        var error = await Assert.ThrowsAsync<PersonErasedException>(
            () => vault.SealAsync(Lin, Purpose, "again", default).AsTask());
        Assert.Equal(Lin, error.User);
    }

    [StorageFact]
    public async Task WhoNeverHadAKeyGetsNoneAfterDestruction()
    {
        var vault = Site.Open().Vault;

        await vault.DestroyAsync(Max, default);

        await Assert.ThrowsAsync<PersonErasedException>(() => vault.SealAsync(Max, Purpose, "x", default).AsTask());
    }

    [StorageFact]
    public async Task ListsAreSealedAndOpenedInOrder()
    {
        var vault = Site.Open().Vault;
        PersonalText[] texts =
            [.. Enumerable.Range(0, 200).Select(i => new PersonalText(new($"u-{i % 50}"), Purpose, $"text {i}"))];

        var kept = await vault.SealAsync(texts, default);
        await vault.DestroyAsync(new("u-7"), default);
        var opened = await vault.OpenAsync(
            [.. texts.Zip(kept, (text, value) => text with { Text = value })], default);

        for (var i = 0; i < texts.Length; i++) Assert.Equal(i % 50 == 7 ? null : texts[i].Text, opened[i]);
        await Assert.ThrowsAsync<PersonErasedException>(() => vault.SealAsync(texts, default).AsTask());
    }

    [StorageFact]
    public async Task CallersAtOnceGetTheSameKey()
    {
        var vault = Site.Open().Vault;

        var kept = await Task.WhenAll(Enumerable.Range(0, 50).Select(i =>
            Task.Run(() => vault.SealAsync(Lin, Purpose, $"{i}", default).AsTask())));

        for (var i = 0; i < kept.Length; i++)
            Assert.Equal($"{i}", await vault.OpenAsync(Lin, Purpose, kept[i], default));
        Assert.Equal(1, Site.Query("SELECT count(*) FROM personal_key"));
    }

    [StorageFact]
    public async Task RingThatDoesNotBelongToTheDatabaseIsRefused()
    {
        string kept;
        using (var storage = Site.Open()) kept = await storage.Vault.SealAsync(Lin, Purpose, "x", default);
        foreach (var file in Directory.EnumerateFiles(Site.KeyFolder)) File.Delete(file);

        var vault = Site.Open().Vault;

        var missing = await Assert.ThrowsAsync<StorageException>(
            () => vault.OpenAsync(Lin, Purpose, kept, default).AsTask());
        Assert.Contains("personal-0001.key", missing.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<StorageException>(() => vault.SealAsync(Max, Purpose, "y", default).AsTask());
    }

    [StorageFact]
    public async Task KeysOfTheRingAreReadableByTheirOwnerAlone()
    {
        await Site.Open().Vault.SealAsync(Lin, Purpose, "x", default);

        var file = Assert.Single(Directory.EnumerateFiles(Site.KeyFolder));
        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
        Assert.Equal("personal-0001.key", Path.GetFileName(file));
    }

    [StorageFact]
    public async Task DatabaseHasNeitherTextNorKey()
    {
        using (var storage = Site.Open()) await storage.Vault.SealAsync(Lin, Purpose, "planted-value", default);

        var ring = RingKey.Read(1, File.ReadAllText(Path.Combine(Site.KeyFolder, "personal-0001.key")));

        Assert.Equal(1, Site.Query("SELECT count(*) FROM personal_key WHERE length(wrapped) = 60"));
        Assert.NotEqual(Encoding.UTF8.GetBytes("planted-value"), ring.Key);
    }

    /// <summary>Also where the database keeps what was overwritten: log, free pages, dead rows.</summary>
    [StorageFact]
    public async Task WrappedKeyIsInNoFileOfTheDatabaseOnceItIsDestroyed()
    {
        var vault = Site.Open().Vault;
        foreach (var user in new[] { Lin, Max, new UserId("u-zoe") })
            await vault.SealAsync(user, Purpose, "secret", default);
        var wrapped = WrappedKey(Lin);
        var before = Files().Any(file => HasBytes(file, wrapped));

        await vault.DestroyAsync(Lin, default);

        Assert.True(before);
        Assert.DoesNotContain(Files(), file => HasBytes(file, wrapped));
        Assert.Contains(Files(), file => HasBytes(file, WrappedKey(Max)));
    }

    /// <summary>What the database consists of, as it is on the disk now.</summary>
    private protected abstract string[] Files();

    private byte[] WrappedKey(UserId user)
    {
        using var connection = Site.Connect();
        using var command = connection.CreateCommand();
        command.CommandText = $"SELECT wrapped FROM personal_key WHERE user_id = '{user}'";
        return (byte[])command.ExecuteScalar()!;
    }

    private static bool HasBytes(string file, byte[] bytes)
    {
        try
        {
            using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            using var all = new MemoryStream();
            // Other connections may be writing to it: it is as long as it is when its end is read.
            stream.CopyTo(all);
            return all.GetBuffer().AsSpan(0, (int)all.Length).IndexOf(bytes) >= 0;
        }
        catch (FileNotFoundException)
        {
            // The database writes some files anew under the same name.
            return false;
        }
    }

    public sealed class OnSqlite() : VaultTests(new SqliteSite())
    {
        private protected override string[] Files() =>
            [.. Directory.GetFiles(Site.Location).Where(file => !file.EndsWith(".lock", StringComparison.Ordinal))];
    }

    [NeedsPostgres]
    public sealed class OnPostgres() : VaultTests(new PostgresSite())
    {
        private const string TableFile = "SELECT pg_relation_filenode('personal_key')";
        private const string Waiting =
            "SELECT count(*) FROM pg_locks WHERE relation = 'personal_key'::regclass AND NOT granted";

        /// <summary>As a backup does. What waits for it lets others pass, and goes on when it is over.</summary>
        [StorageFact]
        public async Task KeyIsDestroyedWhileSomebodyReadsTheTableForLong()
        {
            var vault = Site.Open().Vault;
            foreach (var user in new[] { Lin, Max }) await vault.SealAsync(user, Purpose, "secret", default);
            var wrapped = WrappedKey(Lin);
            using var reader = Site.Connect();
            using var backup = reader.BeginTransaction();
            using var command = reader.CreateCommand();
            command.CommandText = "LOCK TABLE personal_key IN ACCESS SHARE MODE";
            command.ExecuteNonQuery();

            var destroying = Task.WhenAll(
                vault.DestroyAsync(Lin, default).AsTask(), vault.DestroyAsync(Max, default).AsTask());
            while (Site.Query(Waiting) == 0 && !destroying.IsCompleted) await Task.Yield();
            while (Site.Query(Waiting) > 0) await Task.Yield();
            var whileWaiting = destroying.IsCompleted;
            backup.Rollback();
            await destroying;

            Assert.False(whileWaiting);
            Assert.DoesNotContain(Files(), file => HasBytes(file, wrapped));
        }

        /// <summary>As a backup of other tables does: a rewrite of the table keeps what it may still see.</summary>
        [StorageFact]
        public async Task KeyIsDestroyedOnlyWhenNoOlderSnapshotMaySeeIt()
        {
            var vault = Site.Open().Vault;
            foreach (var user in new[] { Lin, Max }) await vault.SealAsync(user, Purpose, "secret", default);
            var wrapped = WrappedKey(Lin);
            using var reader = Site.Connect();
            using var backup = reader.BeginTransaction(IsolationLevel.RepeatableRead);
            using var command = reader.CreateCommand();
            command.CommandText = "SELECT count(*) FROM pg_database";
            command.ExecuteScalar();
            var file = Site.Query(TableFile);

            var destroying = vault.DestroyAsync(Lin, default).AsTask();
            while (Site.Query(TableFile) == file && !destroying.IsCompleted) await Task.Yield();
            backup.Rollback();
            await destroying;

            Assert.DoesNotContain(Files(), path => HasBytes(path, wrapped));
        }

        private protected override string[] Files()
        {
            Site.Execute("CHECKPOINT");
            var oid = Site.Query($"SELECT oid FROM pg_database WHERE datname = '{Site.Place}'");
            return Directory.GetFiles(
                Path.Combine(((PostgresSite)Site).Database.Server.DataFolder, "base", $"{oid}"));
        }
    }
}
