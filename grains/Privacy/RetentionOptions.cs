namespace Engage.Grains.Privacy;

/// <summary>How long what is personal is kept, section <c>Privacy:Retention</c>; docs/operations.md.</summary>
public sealed class RetentionOptions
{
    private static readonly TimeSpan Least = TimeSpan.FromDays(1);
    private static readonly TimeSpan Most = TimeSpan.FromDays(36_500);

    /// <summary>Letters in the outbox, where no mail server is named. Default 30 days.</summary>
    public TimeSpan Letters { get; set; } = TimeSpan.FromDays(30);

    /// <summary>Mentions in inboxes, read or not. Default 90 days.</summary>
    public TimeSpan Mentions { get; set; } = TimeSpan.FromDays(90);

    /// <summary>
    /// What only people themselves wrote in events - searches, sessions, attributes of clients -, in whole calendar
    /// months (UTC): a month goes when its last day is this old. Counts and learning stay. Default 400 days.
    /// </summary>
    public TimeSpan ActivityText { get; set; } = TimeSpan.FromDays(400);

    /// <summary>Whether each is 1 day to 100 years.</summary>
    internal bool IsValid =>
        Array.TrueForAll([Letters, Mentions, ActivityText], period => period >= Least && period <= Most);
}
