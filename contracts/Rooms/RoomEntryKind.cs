namespace Engage.Contracts.Rooms;

/// <summary>
/// What an entry of a room's log says. The wire name is the member's in camelCase; numbers are for ever.
/// </summary>
[GenerateSerializer, Alias("engage.room-entry-kind")]
public enum RoomEntryKind
{
    // The course of the room.
    Scheduled = 1,
    Started = 2,
    Ended = 3,
    SettingsChanged = 4,

    // Chat.
    Said = 10,
    Edited = 11,
    Deleted = 12,

    /// <summary>One person's reaction to one message, set or withdrawn.</summary>
    ReactedTo = 13,

    /// <summary>A flood of reactions to the moment, counted per emoji.</summary>
    Reacted = 14,
    Pinned = 15,
    Unpinned = 16,

    // Questions.
    Asked = 20,
    QuestionEdited = 21,
    QuestionUpvoted = 22,
    QuestionAnswered = 23,
    QuestionRemoved = 24,

    // Polls and quizzes.
    PollOpened = 30,
    PollVoted = 31,
    PollClosed = 32,

    // Hands.
    HandRaised = 40,
    HandLowered = 41,
    HandCalled = 42,

    // Moderation.
    Held = 50,
    Approved = 51,
    Rejected = 52,
    Muted = 53,
    Unmuted = 54,
    Banned = 55,
    Unbanned = 56,

    /// <summary>All that one person had said and, by name, asked is gone.</summary>
    HistoryErased = 57,
    RoleGranted = 58,

    /// <summary>How many came and went since the last such entry, and how many are here.</summary>
    PresenceChanged = 70,
}
