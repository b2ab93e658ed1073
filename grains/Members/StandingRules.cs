using Engage.Contracts.Rooms;

namespace Engage.Grains.Members;

/// <summary>Who may change whose standing, and what comes of it. Pure: pass the time in.</summary>
internal static class StandingRules
{
    /// <returns>The standing after the change, without restrictions that are over.</returns>
    public static Standing Apply(Standing current, StandingChange change, DateTimeOffset now)
    {
        var banned = change.BannedUntil is null
            ? (current.BannedUntil, current.BanReason) : (change.BannedUntil, change.BanReason);
        var muted = change.MutedUntil is null
            ? (current.MutedUntil, current.MuteReason) : (change.MutedUntil, change.MuteReason);
        return Current(
            new()
            {
                Role = change.Role ?? current.Role,
                BannedUntil = banned.Item1,
                BanReason = banned.Item2,
                MutedUntil = muted.Item1,
                MuteReason = muted.Item2,
            },
            now);
    }

    /// <summary>What is over is forgotten.</summary>
    public static Standing Current(Standing standing, DateTimeOffset now) => standing with
    {
        BannedUntil = standing.IsBanned(now) ? standing.BannedUntil : null,
        BanReason = standing.IsBanned(now) ? standing.BanReason : null,
        MutedUntil = standing.IsMuted(now) ? standing.MutedUntil : null,
        MuteReason = standing.IsMuted(now) ? standing.MuteReason : null,
    };

    /// <param name="by">Of whoever wants the change; null: the platform.</param>
    /// <param name="target">Of whom it concerns.</param>
    /// <param name="owners">How many the community has.</param>
    /// <returns>Null if the change may be made, otherwise why not.</returns>
    public static string? Refusal(StandingChange change, Standing? by, Standing target, int owners, DateTimeOffset now)
    {
        if (change.Role is { } role && !Enum.IsDefined(role))
            return $"role: {role} is not a role; expected one of {string.Join(", ", Enum.GetNames<CommunityRole>())}.";
        if (by is null) return null;
        if (by.IsBanned(now)) return $"'{change.By}' is banned from this community and changes nothing in it.";
        return RoleRefusal(change, by, target, owners) ?? RestrictionRefusal(change, by, target);
    }

    private static string? RoleRefusal(StandingChange change, Standing by, Standing target, int owners)
    {
        if (change.Role is not { } role) return null;
        if (by.Role < CommunityRole.Owner)
            return $"'{change.By}' is {by.Role} here; only an owner gives roles. Ask one.";
        return target.Role == CommunityRole.Owner && role != CommunityRole.Owner && owners <= 1
            ? $"'{change.User}' is the only owner of this community; make somebody else owner first."
            : null;
    }

    private static string? RestrictionRefusal(StandingChange change, Standing by, Standing target)
    {
        if (change.BannedUntil is null && change.MutedUntil is null) return null;
        if (!by.Moderates) return $"'{change.By}' is {by.Role} here; expected a moderator or owner.";
        return target.Role >= by.Role
            ? $"'{change.User}' is {target.Role} here and '{change.By}' is {by.Role}; "
                + "mutes and bans need a higher role than theirs. An owner can take the role away first."
            : null;
    }
}
