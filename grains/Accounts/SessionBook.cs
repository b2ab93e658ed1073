using System.Security.Cryptography;
using Engage.Contracts.Accounts;

namespace Engage.Grains.Accounts;

/// <summary>The sessions of one account: opening, refreshing and ending them. Never reads a clock.</summary>
internal sealed class SessionBook(AccountState state)
{
    /// <summary>Opens one; beyond the limit the one that was not used for longest ends.</summary>
    public SessionState Open(SignIn attempt, string? sealedDevice, bool withCode, DateTimeOffset now)
    {
        Expire(now);
        while (state.Sessions.Count >= SessionRules.SessionsMax)
            End(state.Sessions.MinBy(session => session.UsedAt)!, RevocationReasons.Limit, now);

        var session = new SessionState(
            attempt.Session, sealedDevice, now, now, now, withCode ? now : null, attempt.RefreshHash, []);
        state.Sessions.Add(session);
        return session;
    }

    /// <returns>Null if there is none, or it is over.</returns>
    public SessionState? Find(string id, DateTimeOffset now) =>
        state.Sessions.Find(session => session.Id == id && session.EndsAt() > now);

    public IEnumerable<SessionState> Current(DateTimeOffset now) =>
        state.Sessions.Where(session => session.EndsAt() > now).OrderByDescending(session => session.UsedAt);

    public RefreshVerdict Refresh(Refresh refresh, DateTimeOffset now)
    {
        if (Find(refresh.Session, now) is not { } session) return RefreshVerdict.Over;

        if (Same(session.RefreshHash, refresh.SpentHash))
        {
            Replace(session with { UsedAt = now, RefreshHash = refresh.NextHash, SpentHash = refresh.SpentHash });
            return RefreshVerdict.Rotated;
        }
        // A retry, or a second tab: it gets the successor that is already there.
        if (Same(session.SpentHash, refresh.SpentHash) && Same(session.RefreshHash, refresh.NextHash)
            && now - session.UsedAt <= SessionRules.RepeatWithin)
            return RefreshVerdict.Repeated;

        End(session, RevocationReasons.Reuse, now);
        return RefreshVerdict.Reused;
    }

    /// <summary>She has just proved with a code of her authenticator that it is she.</summary>
    public SessionState? Prove(string id, DateTimeOffset now)
    {
        if (Find(id, now) is not { } session) return null;

        var proven = session with { ProvenAt = now, OtpAt = now };
        Replace(proven);
        return proven;
    }

    public bool End(string id, string reason, DateTimeOffset now)
    {
        if (state.Sessions.Find(session => session.Id == id) is not { } session) return false;

        End(session, reason, now);
        return true;
    }

    /// <summary>Whether it is among those whose tokens are still refused.</summary>
    public bool HasEnded(string id, DateTimeOffset now) =>
        state.Ended.Exists(ended => ended.Session == id && ended.Until > now);

    public void EndAll(string? keep, string reason, DateTimeOffset now)
    {
        foreach (var session in state.Sessions.Where(session => session.Id != keep).ToArray())
            End(session, reason, now);
    }

    /// <returns>How many were over, and are forgotten with their devices.</returns>
    public int Expire(DateTimeOffset now) => state.Sessions.RemoveAll(session => session.EndsAt() <= now);

    private void End(SessionState session, string reason, DateTimeOffset now)
    {
        state.Sessions.Remove(session);
        state.Ended.RemoveAll(ended => ended.Until <= now);
        state.Ended.Add(new(session.Id, reason, now + SessionRules.RevocationKept));
    }

    private void Replace(SessionState changed) =>
        state.Sessions[state.Sessions.FindIndex(session => session.Id == changed.Id)] = changed;

    private static bool Same(byte[] a, byte[] b) => CryptographicOperations.FixedTimeEquals(a, b);
}

internal enum RefreshVerdict
{
    Rotated,
    Repeated,
    Over,

    /// <summary>A token that was spent long ago: somebody has a copy.</summary>
    Reused,
}
