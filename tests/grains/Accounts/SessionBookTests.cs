using Engage.Contracts.Accounts;
using Engage.Grains.Accounts;

namespace Engage.Grains.Tests.Accounts;

public sealed class SessionBookTests
{
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private readonly AccountState _state = new();
    private readonly SessionBook _book;

    public SessionBookTests() => _book = new(_state);

    [Fact]
    public void SessionEndsWhenItIsNotUsedOrTooOld()
    {
        Open("s-1", Start);

        var idle = _book.Find("s-1", Start + SessionRules.IdleMax);
        for (var day = 25; day < 90; day += 25) Refresh("s-1", day / 25, Start.AddDays(day));
        var used = _book.Find("s-1", Start.AddDays(89));
        var old = _book.Find("s-1", Start + SessionRules.LifetimeMax);

        Assert.Null(idle);
        Assert.NotNull(used);
        Assert.Null(old);
    }

    [Fact]
    public void SpentTokenGetsItsSuccessorForAMomentAndThenEndsTheSession()
    {
        Open("s-1", Start);

        var rotated = Refresh("s-1", 1, Start.AddMinutes(5));
        var repeated = Refresh("s-1", 1, Start.AddMinutes(5).AddSeconds(30));
        var reused = Refresh("s-1", 1, Start.AddMinutes(5).AddSeconds(31));
        var after = Refresh("s-1", 2, Start.AddMinutes(6));

        Assert.Equal(
            [RefreshVerdict.Rotated, RefreshVerdict.Repeated, RefreshVerdict.Reused, RefreshVerdict.Over],
            [rotated, repeated, reused, after]);
        Assert.Equal(RevocationReasons.Reuse, Assert.Single(_state.Ended).Reason);
    }

    [Fact]
    public void FiftyFirstSessionEndsTheLongestUnused()
    {
        for (var i = 1; i <= SessionRules.SessionsMax; i++) Open($"s-{i}", Start.AddMinutes(i));
        Refresh("s-1", 1, Start.AddHours(2));

        Open("s-51", Start.AddHours(3));

        Assert.Equal(SessionRules.SessionsMax, _state.Sessions.Count);
        var ended = Assert.Single(_state.Ended);
        Assert.Equal(("s-2", RevocationReasons.Limit), (ended.Session, ended.Reason));
    }

    [Fact]
    public void EndedSessionIsRememberedAsLongAsItsTokensLive()
    {
        Open("s-1", Start);
        Open("s-2", Start);

        _book.EndAll("s-2", RevocationReasons.Password, Start);
        var first = Assert.Single(_state.Ended);
        _book.End("s-2", RevocationReasons.SignedOut, first.Until);

        Assert.Equal(Start + SessionRules.RevocationKept, first.Until);
        Assert.Equal("s-2", Assert.Single(_state.Ended).Session);
        Assert.Empty(_state.Sessions);
    }

    private void Open(string id, DateTimeOffset now) =>
        _book.Open(new("", Codes.None, id, Secret(0), null), null, false, now);

    /// <summary>Shows the token before this number, and asks for this number.</summary>
    private RefreshVerdict Refresh(string id, int number, DateTimeOffset now) =>
        _book.Refresh(new(id, Secret(number - 1), Secret(number)), now);

    private static byte[] Secret(int number) => Secrets.Hash($"secret {number}");
}
