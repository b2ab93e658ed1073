using Engage.Contracts.Rooms;

namespace Engage.Grains.Rooms;

/// <summary>Who may do what, before it is asked whether it can be done.</summary>
internal static class Gate
{
    /// <returns>Null: she may.</returns>
    public static RoomRefusal? Refuse(RoomAction action, in Act act, Course course, Paces paces)
    {
        if (IsWriting(action) && act.Standing.IsMuted(act.At)) return Refusals.Muted(act.Standing, act.At);
        if (ForModerators(action) is { } what)
            return act.Moderates ? null : Refusals.ModeratorsOnly(what, act.Standing);
        if (act.Moderates) return null;
        if (course.Phase != RoomPhase.Live) return Refusals.NotLive(course.Phase);
        if (course.Settings.MembersOnly && act.Standing.Role < CommunityRole.Member && !IsWithdrawing(action))
            return Refusals.MembersOnly();

        return paces.WaitToAct(act.User, act.Now) is > 0 and var wait ? Refusals.SlowDown(wait) : null;
    }

    /// <returns>Null: the action is not theirs alone.</returns>
    private static string? ForModerators(RoomAction action) => action switch
    {
        Pin => "pinning a message",
        AnswerQuestion => "marking a question answered",
        OpenPoll => "opening a poll",
        ClosePoll => "closing a poll",
        CallHand => "calling a raised hand",
        StartRoom => "starting the room",
        EndRoom => "ending the room",
        ChangeSettings => "changing the room's settings",
        Review => "reviewing what is held",
        Mute => "muting somebody",
        Ban => "banning somebody",
        GrantRole => "granting a role",
        _ => null,
    };

    /// <summary>What somebody who is muted may not do: whatever others would read or hear.</summary>
    private static bool IsWriting(RoomAction action) =>
        action is Say or Edit or Ask or RaiseHand { On: true } or Vote { Word: not null };

    /// <summary>Takes back something of one's own: always allowed to whoever may be here.</summary>
    private static bool IsWithdrawing(RoomAction action) => action is Delete or RaiseHand { On: false };
}
