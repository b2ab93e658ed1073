using Engage.Contracts;
using Engage.Storage.Privacy;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace Engage.Storage.Tests;

public abstract class KeyRotationTests : StorageSuite
{
    private const string Purpose = "p";
    private static readonly UserId Lin = new("u-lin");
    private readonly SettableTime _time = new(new(2026, 11, 22, 8, 0, 0, TimeSpan.Zero));

    private protected KeyRotationTests(StorageSite site) : base(site) { }

    [StorageFact]
    public async Task OldKeysAreFollowedAndEverythingIsWrappedAnew()
    {
        using var storage = Site.Open();
        var vault = NewVault(storage);
        PersonalText[] texts =
            [.. Enumerable.Range(0, 1_200).Select(i => new PersonalText(new($"u-{i}"), Purpose, $"text {i}"))];
        var kept = await vault.SealAsync(texts, default);
        await vault.DestroyAsync(new("u-3"), default);
        _time.Now += TimeSpan.FromDays(30);

        var wrapped = await NewRotation(storage).RunOnceAsync(default);

        Assert.Equal(1_199, wrapped);
        Assert.Equal(["personal-0001.key", "personal-0002.key"], Files());
        Assert.Equal(1_199, Site.Query("SELECT count(*) FROM personal_key WHERE ring_key = 2"));
        var opened = await NewVault(storage).OpenAsync(
            [.. texts.Zip(kept, (text, value) => text with { Text = value })], default);
        for (var i = 0; i < texts.Length; i++) Assert.Equal(i == 3 ? null : texts[i].Text, opened[i]);
        await Assert.ThrowsAsync<PersonErasedException>(
            () => NewVault(storage).SealAsync(new("u-3"), Purpose, "again", default).AsTask());
    }

    [StorageFact]
    public async Task KeyThatWrapsNothingIsRemovedAfterADay()
    {
        using var storage = Site.Open();
        var kept = await NewVault(storage).SealAsync(Lin, Purpose, "x", default);
        _time.Now += TimeSpan.FromDays(30);
        await NewRotation(storage).RunOnceAsync(default);

        _time.Now += TimeSpan.FromHours(23);
        await NewRotation(storage).RunOnceAsync(default);
        var before = Files();
        _time.Now += TimeSpan.FromHours(1);
        await NewRotation(storage).RunOnceAsync(default);

        Assert.Equal(["personal-0001.key", "personal-0002.key"], before);
        Assert.Equal(["personal-0002.key"], Files());
        Assert.Equal("x", await NewVault(storage).OpenAsync(Lin, Purpose, kept, default));
    }

    [StorageFact]
    public async Task NodeThatHasNotSeenTheNewestKeyOpensWhatItWraps()
    {
        using var storage = Site.Open();
        var (one, other) = (NewVault(storage), NewVault(storage));
        var before = await one.SealAsync(Lin, Purpose, "before", default);
        _time.Now += TimeSpan.FromDays(30);
        await NewRotation(storage).RunOnceAsync(default);

        Assert.Equal("before", await other.OpenAsync(Lin, Purpose, before, default));
        var byOld = await one.SealAsync(new("u-new"), Purpose, "by the old key", default);
        Assert.Equal("by the old key", await other.OpenAsync(new("u-new"), Purpose, byOld, default));
        Assert.Equal(1, await NewRotation(storage).RunOnceAsync(default));
    }

    [StorageFact]
    public async Task DestructionByAnotherNodeIsSeenWhenTheCachedKeyIsOld()
    {
        using var storage = Site.Open();
        var (one, other) = (NewVault(storage), NewVault(storage));
        var kept = await one.SealAsync(Lin, Purpose, "x", default);

        await other.DestroyAsync(Lin, default);
        _time.Now += TimeSpan.FromMinutes(1);

        Assert.Null(await one.OpenAsync(Lin, Purpose, kept, default));
    }

    [StorageFact]
    public async Task MoreUsersThanTheCacheHoldsAreStillServed()
    {
        using var storage = Site.Open();
        var vault = NewVault(storage, cachedMax: 4);

        for (var round = 0; round < 3; round++)
            for (var i = 0; i < 20; i++)
            {
                var user = new UserId($"u-{i}");
                var kept = await vault.SealAsync(user, Purpose, $"{round}", default);
                Assert.Equal($"{round}", await vault.OpenAsync(user, Purpose, kept, default));
            }

        Assert.Equal(20, Site.Query("SELECT count(*) FROM personal_key"));
    }

    private string[] Files() => [.. Directory.EnumerateFiles(Site.KeyFolder).Select(Path.GetFileName).Order()!];

    private PersonalVault NewVault(OpenStorage storage, int cachedMax = 1_000) => new(new(
        storage.Services.GetRequiredService<IPersonalKeyStore>(),
        new KeyRing(Site.KeyFolder, _time),
        new KeyCache(cachedMax, TimeSpan.FromMinutes(1), _time),
        _time));

    private KeyRotation NewRotation(OpenStorage storage) => new(
        storage.Services.GetRequiredService<IPersonalKeyStore>(),
        new KeyRing(Site.KeyFolder, _time),
        new KeyRingOptions(),
        _time,
        NullLogger<KeyRotation>.Instance);

    private sealed class SettableTime(DateTimeOffset now) : TimeProvider
    {
        public DateTimeOffset Now { get; set; } = now;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override DateTimeOffset GetUtcNow() => Now;

        public override long GetTimestamp() => Now.Ticks;
    }

    public sealed class OnSqlite() : KeyRotationTests(new SqliteSite());

    [NeedsPostgres]
    public sealed class OnPostgres() : KeyRotationTests(new PostgresSite());
}
