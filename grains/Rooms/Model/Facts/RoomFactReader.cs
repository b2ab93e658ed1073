using System.Text.Json;
using Engage.Contracts.Rooms;

namespace Engage.Grains.Rooms;

/// <summary>Which fact the bytes of a kind are. Three kinds have a second form for another audience.</summary>
internal static class RoomFactReader
{
    public static RoomFact Read(LoggedEntry logged, JsonElement json) => (logged.Kind, logged.Audience) switch
    {
        (RoomEntryKind.Scheduled, _) => Scheduled.Read(json),
        (RoomEntryKind.Started, _) => new Started(),
        (RoomEntryKind.Ended, _) => new Ended(),
        (RoomEntryKind.SettingsChanged, RoomAudience.Moderators) => FilterChanged.Read(json),
        (RoomEntryKind.SettingsChanged, _) => SettingsChanged.Read(json),
        (RoomEntryKind.Said, _) => Said.Read(json),
        (RoomEntryKind.Edited, _) => Edited.Read(json),
        (RoomEntryKind.Deleted, RoomAudience.Moderators) => DeletionAudited.Read(json),
        (RoomEntryKind.Deleted, _) => Deleted.Read(json),
        (RoomEntryKind.ReactedTo, _) => ReactedTo.Read(json),
        (RoomEntryKind.Reacted, _) => Reacted.Read(json),
        (RoomEntryKind.Pinned, _) => new Pinned(json.GetProperty("target").GetInt64()),
        (RoomEntryKind.Unpinned, _) => new Unpinned(json.GetProperty("target").GetInt64()),
        (RoomEntryKind.Asked, _) => Asked.Read(json),
        (RoomEntryKind.QuestionEdited, _) => QuestionEdited.Read(json),
        (RoomEntryKind.QuestionUpvoted, _) => QuestionUpvoted.Read(json),
        (RoomEntryKind.QuestionAnswered, _) => QuestionAnswered.Read(json),
        (RoomEntryKind.QuestionRemoved, _) => new QuestionRemoved(json.GetProperty("target").GetInt64()),
        (RoomEntryKind.PollOpened, RoomAudience.Nobody) => QuizKeySet.Read(json),
        (RoomEntryKind.PollOpened, _) => PollOpened.Read(json),
        (RoomEntryKind.PollVoted, _) => PollVoted.Read(json),
        (RoomEntryKind.PollClosed, _) => PollClosed.Read(json),
        (RoomEntryKind.HandRaised or RoomEntryKind.HandLowered or RoomEntryKind.HandCalled, _) =>
            HandMoved.Read(logged.Kind, json),
        (RoomEntryKind.Held, _) => Held.Read(json),
        (RoomEntryKind.Approved or RoomEntryKind.Rejected, _) =>
            new Reviewed(json.GetProperty("held").GetInt64(), logged.Kind == RoomEntryKind.Approved),
        (RoomEntryKind.Muted or RoomEntryKind.Unmuted or RoomEntryKind.Banned or RoomEntryKind.Unbanned, _) =>
            Restricted.Read(logged.Kind, json),
        (RoomEntryKind.HistoryErased, _) => new HistoryErased(json.ReadUser("user")),
        (RoomEntryKind.RoleGranted, _) => RoleGranted.Read(json),
        (RoomEntryKind.PresenceChanged, _) => PresenceChanged.Read(json),
        _ => throw new FormatException($"kind {logged.Kind} for {logged.Audience} is unknown"),
    };
}
