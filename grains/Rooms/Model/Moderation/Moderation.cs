using Engage.Contracts;
using Engage.Contracts.Rooms;

namespace Engage.Grains.Rooms;

/// <summary>
/// What moderators and the owner do to people. It holds in the whole community, so that a room keeps none of it: it
/// says
/// what must be made durable there, and logs that it was.
/// </summary>
/// <remarks>
/// An act is decided again once the community has it, and so nothing here asks whether it changes anything: what was
/// decided must be decided the same then, and be in the audit.
/// </remarks>
internal sealed class Moderation(RoomOptions options)
{
    /// <summary>A time that is over: lifts a ban or a mute.</summary>
    private static readonly DateTimeOffset Lifted = DateTimeOffset.UnixEpoch;

    public Decision DecideMute(Mute mute, in Act act)
    {
        if (Check("mute", mute.User, mute.For, act) is { } refusal) return Decision.Refuse(refusal);
        if (CleanReason(mute.Reason, out var reason) is { } wrong) return Decision.Refuse(wrong);

        return mute.For > TimeSpan.Zero
            ? Restrict(RoomEntryKind.Muted, mute.User, act.At + mute.For, reason, act)
            : Restrict(RoomEntryKind.Unmuted, mute.User, Lifted, reason, act);
    }

    public Decision DecideBan(Ban ban, in Act act)
    {
        if (Check("ban", ban.User, ban.For, act) is { } refusal) return Decision.Refuse(refusal);
        if (CleanReason(ban.Reason, out var reason) is { } wrong) return Decision.Refuse(wrong);
        if (ban.For == TimeSpan.Zero && ban.EraseHistory)
            return Decision.Refuse(Refusals.Invalid(
                "eraseHistory goes with a ban, not with lifting one; leave it out"));

        return ban.For == TimeSpan.Zero
            ? Restrict(RoomEntryKind.Unbanned, ban.User, Lifted, reason, act)
            : Banish(ban, reason, act);
    }

    public static Decision DecideGrant(GrantRole grant, in Act act)
    {
        if (act.Standing.Role != CommunityRole.Owner)
            return Decision.Refuse(Refusals.Forbidden("granting a role takes the owner of the community"));
        if (!IdText.IsValid(grant.User.Value)) return Decision.Refuse(Refusals.Invalid("user is not a user id"));
        if (grant.Role is not (CommunityRole.Visitor or CommunityRole.Member or CommunityRole.Moderator))
            return Decision.Refuse(Refusals.Invalid($"role is {grant.Role}, expected visitor, member or moderator"));
        if (grant.User == act.User || act.Target!.Role == CommunityRole.Owner)
            return Decision.Refuse(Refusals.Forbidden($"'{grant.User}' owns the community; an owner's role stays"));
        return Decision.Made(new RoleGranted(grant.User, grant.Role)) with
        {
            Standing = new(grant.User, grant.Role, null, null, null, null, act.User),
        };
    }

    /// <returns>Null: the reason is good, or there is none.</returns>
    public RoomRefusal? CleanReason(string? reason, out string? clean)
    {
        clean = null;
        if (string.IsNullOrWhiteSpace(reason)) return null;

        var text = RoomText.Clean(reason, options.ReasonLengthMax);
        clean = text.Text;
        return text.Wrong is { } wrong ? Refusals.Invalid($"reason {wrong}") : null;
    }

    private RoomRefusal? Check(string what, UserId user, TimeSpan? time, in Act act)
    {
        if (!IdText.IsValid(user.Value)) return Refusals.Invalid("user is not a user id");
        if (time < TimeSpan.Zero || time > options.RestrictionMax)
            return Refusals.Invalid($"for is {time:c}, expected 0 to {options.RestrictionMax.TotalDays:0} days");
        if (user == act.User) return Refusals.Forbidden($"you cannot {what} yourself, nor lift it from yourself");

        var target = act.Target ??
            throw new ArgumentException($"to {what} '{user}' takes the standing of that person", nameof(act));
        if (target.Role == CommunityRole.Owner)
            return Refusals.Forbidden($"'{user}' owns the community; nobody can {what} an owner");

        return target.Moderates && act.Standing.Role != CommunityRole.Owner
            ? Refusals.Forbidden($"'{user}' is a moderator of the community; the owner alone can {what} a moderator")
            : null;
    }

    private static Decision Banish(Ban ban, string? reason, in Act act)
    {
        var until = ban.For is { } time ? act.At + time : DateTimeOffset.MaxValue;
        var banned = Restrict(RoomEntryKind.Banned, ban.User, until, reason, act);
        return banned with
        {
            Facts = ban.EraseHistory ? [.. banned.Facts, new HistoryErased(ban.User)] : banned.Facts,
            Removal = new(ban.User, "banned", Forever(until)),
        };
    }

    private static Decision Restrict(
        RoomEntryKind kind, UserId user, DateTimeOffset until, string? reason, in Act act)
    {
        var mutes = kind is RoomEntryKind.Muted or RoomEntryKind.Unmuted;
        return Decision.Made(new Restricted(kind, user, until == Lifted ? null : Forever(until), reason)) with
        {
            Standing = mutes
                ? new(user, null, null, null, until, reason ?? "", act.User)
                : new(user, null, until, reason ?? "", null, null, act.User),
        };
    }

    private static DateTimeOffset? Forever(DateTimeOffset until) => until == DateTimeOffset.MaxValue ? null : until;
}
