using Engage.Api.Accounts;
using Engage.Testing;

namespace Engage.Api.Tests.Accounts;

public sealed class KeyRingTests : IDisposable
{
    private static readonly TimeSpan Lifetime = TimeSpan.FromDays(90);
    private readonly string _folder = Directory.CreateTempSubdirectory("engage-keys-").FullName;
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public void NodesThatStartAtOnceOnASharedFolderEndUpWithOneKey()
    {
        var keys = new string[16];

        Parallel.For(0, keys.Length, i => keys[i] = KeyRing.Open(_folder, TimeProvider.System).Current.Id);

        Assert.Single(keys.Distinct());
        Assert.Single(Directory.GetFiles(_folder));
    }

    [Fact]
    public void NewKeySignsAndTheOldOneStillVerifies()
    {
        var ring = KeyRing.Open(_folder, _time);
        var old = ring.Current.Id;

        ring.Turn(Lifetime);
        var before = ring.Current.Id;
        _time.Advance(Lifetime);
        ring.Turn(Lifetime);

        Assert.Equal(old, before);
        Assert.NotEqual(old, ring.Current.Id);
        Assert.Equal([ring.Current.Id, old], ring.All.Select(key => key.Id));
        Assert.Single(ring.Find(old));
    }

    [Fact]
    public void OldKeyIsForgottenWhenItsLastTokensAreOver()
    {
        var ring = KeyRing.Open(_folder, _time);
        var old = ring.Current.Id;
        _time.Advance(Lifetime);
        ring.Turn(Lifetime);

        _time.Advance(TimeSpan.FromHours(2));
        ring.Turn(Lifetime);

        Assert.Single(ring.All);
        Assert.Empty(ring.Find(old));
    }

    [Fact]
    public void NodeFindsTheKeyThatAnotherOneHasJustMade()
    {
        var here = KeyRing.Open(_folder, _time);
        var there = KeyRing.Open(_folder, _time);
        _time.Advance(Lifetime);

        there.Turn(Lifetime);
        var found = here.Find(there.Current.Id);

        Assert.Single(found);
        Assert.Equal(there.Current.Id, here.Current.Id);
    }

    [Fact]
    public void OneOfManyNodesMakesTheKeyThatIsDue()
    {
        var rings = Enumerable.Range(0, 8).Select(_ => KeyRing.Open(_folder, _time)).ToArray();
        _time.Advance(Lifetime);

        foreach (var ring in rings) ring.Turn(Lifetime);

        Assert.Single(rings.Select(ring => ring.Current.Id).Distinct());
        Assert.Equal(2, rings[0].All.Count);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
