namespace Engage.Grains.Rooms;

/// <summary>
/// Limits of every room, section <c>Rooms</c>: each bounds memory, or what one person can do. Silos of one cluster need
/// the same ones, since a room's log is replayed under them.
/// </summary>
public sealed class RoomOptions
{
    /// <summary>Characters of a message or question as a reader counts them (text elements).</summary>
    public int TextLengthMax { get; set; } = 500;

    /// <summary>Characters of a written answer to a question.</summary>
    public int AnswerLengthMax { get; set; } = 1_000;

    /// <summary>Characters of the reason of a moderator's act.</summary>
    public int ReasonLengthMax { get; set; } = 200;

    /// <summary>Characters of a vote in a word cloud.</summary>
    public int CloudWordLengthMax { get; set; } = 30;

    /// <summary>People whom one message can mention.</summary>
    public int MentionsMax { get; set; } = 10;

    /// <summary>For so long after it was said may a message be edited by its author.</summary>
    public TimeSpan EditWindow { get; set; } = TimeSpan.FromMinutes(15);

    /// <summary>The longest mute or ban that ends by itself.</summary>
    public TimeSpan RestrictionMax { get; set; } = TimeSpan.FromDays(3_650);

    /// <summary>So many actions may one person do at once; moderators are exempt.</summary>
    public int ActionBurst { get; set; } = 20;

    /// <summary>So many actions a second may one person do for long.</summary>
    public double ActionsPerSecond { get; set; } = 5;

    /// <summary>The newest messages that can be edited, deleted, reacted to, replied to and pinned.</summary>
    public int MessagesRemembered { get; set; } = 20_000;

    /// <summary>The newest messages whose reactions somebody who comes in is told.</summary>
    public int MessagesInSnapshot { get; set; } = 2_000;

    /// <summary>The newest client ids by which a retry is known without asking the log.</summary>
    public int MessageIdsRemembered { get; set; } = 20_000;

    /// <summary>People whose pace is known; whoever acted longest ago is forgotten, which is to her favour.</summary>
    public int PacesRemembered { get; set; } = 20_000;

    /// <summary>Reactions to all remembered messages together; who reacted must be known for each.</summary>
    public int ReactionsRemembered { get; set; } = 200_000;

    /// <summary>Different emoji of one message.</summary>
    public int EmojisPerMessageMax { get; set; } = 20;

    /// <summary>Messages that are pinned at a time.</summary>
    public int PinsMax { get; set; } = 5;

    /// <summary>Questions that are open at a time.</summary>
    public int QuestionsOpenMax { get; set; } = 1_000;

    /// <summary>Questions of one person that are open at a time.</summary>
    public int QuestionsPerPersonMax { get; set; } = 20;

    /// <summary>The newest answered questions that are still shown.</summary>
    public int QuestionsKept { get; set; } = 50;

    /// <summary>Polls and quizzes that are open at a time.</summary>
    public int PollsOpenMax { get; set; } = 20;

    /// <summary>The newest closed polls that are still shown.</summary>
    public int PollsKept { get; set; } = 50;

    /// <summary>People whose vote one poll or question counts, and whose score the room keeps.</summary>
    public int VotersMax { get; set; } = 100_000;

    /// <summary>The most frequent words of a word cloud that are shown.</summary>
    public int CloudWordsShown { get; set; } = 50;

    /// <summary>People on the leader board.</summary>
    public int LeadersShown { get; set; } = 10;

    /// <summary>Hands that are up at a time.</summary>
    public int HandsMax { get; set; } = 500;

    /// <summary>What waits for review at a time.</summary>
    public int HeldMax { get; set; } = 1_000;

    /// <summary>What of one person waits for review at a time, so that nobody fills the queue for all.</summary>
    public int HeldPerPersonMax { get; set; } = 10;

    /// <summary>
    /// Deleted messages and removed questions whose places the room knows, and people with an erased history. Beyond,
    /// all texts up to the oldest of them are served as deleted.
    /// </summary>
    public int ErasuresRemembered { get; set; } = 100_000;

    /// <exception cref="InvalidOperationException">A value is out of range; the text says which.</exception>
    public void Validate()
    {
        CheckCount(4_000, (nameof(TextLengthMax), TextLengthMax), (nameof(AnswerLengthMax), AnswerLengthMax),
            (nameof(ReasonLengthMax), ReasonLengthMax), (nameof(CloudWordLengthMax), CloudWordLengthMax));
        CheckCount(1_000, (nameof(MentionsMax), MentionsMax), (nameof(EmojisPerMessageMax), EmojisPerMessageMax),
            (nameof(PinsMax), PinsMax), (nameof(PollsOpenMax), PollsOpenMax), (nameof(PollsKept), PollsKept),
            (nameof(CloudWordsShown), CloudWordsShown), (nameof(LeadersShown), LeadersShown));
        CheckCount(10_000, (nameof(ActionBurst), ActionBurst), (nameof(HandsMax), HandsMax), (nameof(HeldMax), HeldMax),
            (nameof(HeldPerPersonMax), HeldPerPersonMax), (nameof(QuestionsOpenMax), QuestionsOpenMax),
            (nameof(QuestionsPerPersonMax), QuestionsPerPersonMax),
            (nameof(QuestionsKept), QuestionsKept), (nameof(MessagesInSnapshot), MessagesInSnapshot));
        CheckCount(1_000_000, (nameof(MessagesRemembered), MessagesRemembered), (nameof(VotersMax), VotersMax),
            (nameof(MessageIdsRemembered), MessageIdsRemembered), (nameof(PacesRemembered), PacesRemembered),
            (nameof(ReactionsRemembered), ReactionsRemembered), (nameof(ErasuresRemembered), ErasuresRemembered));
        Check(EditWindow >= TimeSpan.Zero, nameof(EditWindow), EditWindow, "zero or more");
        Check(RestrictionMax > TimeSpan.Zero && RestrictionMax <= TimeSpan.FromDays(36_500), nameof(RestrictionMax),
            RestrictionMax, "up to 36,500 days");
        Check(ActionsPerSecond is >= 0.01 and <= 1_000, nameof(ActionsPerSecond), ActionsPerSecond, "0.01 to 1,000");
    }

    private static void CheckCount(int most, params (string Name, int Value)[] settings)
    {
        foreach (var (name, value) in settings) Check(value >= 1 && value <= most, name, value, $"1 to {most:N0}");
    }

    private static void Check(bool good, string name, object value, string expected)
    {
        if (!good)
            throw new InvalidOperationException($"Rooms:{name} is {value}, expected {expected}; correct the setting");
    }
}
