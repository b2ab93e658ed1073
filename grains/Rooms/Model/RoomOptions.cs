namespace Engage.Grains.Rooms;

/// <summary>Limits of every room, section <c>Rooms</c>. Each is a bound on memory or on what one person can do.</summary>
public sealed class RoomOptions
{
    /// <summary>Characters of a message, question or answer as a reader counts them (text elements).</summary>
    public int TextLengthMax { get; set; } = 500;

    /// <summary>For so long after it was said may a message or question be edited by its author.</summary>
    public TimeSpan EditWindow { get; set; } = TimeSpan.FromMinutes(15);

    /// <summary>So many actions may one person do at once; moderators are exempt.</summary>
    public int ActionBurst { get; set; } = 20;

    /// <summary>So many actions a second may one person do for long.</summary>
    public double ActionsPerSecond { get; set; } = 5;

    /// <summary>The newest messages that can be edited, deleted, reacted to, replied to and pinned.</summary>
    public int MessagesRemembered { get; set; } = 20_000;

    /// <summary>The newest client ids by which a retry is known without asking the log.</summary>
    public int MessageIdsRemembered { get; set; } = 20_000;

    /// <summary>People whose pace is known; whoever acted longest ago is forgotten, which is to her favour.</summary>
    public int PacesRemembered { get; set; } = 20_000;

    /// <exception cref="InvalidOperationException">A value is out of range; the text says which.</exception>
    public void Validate()
    {
        Check(TextLengthMax is > 0 and <= 4_000, nameof(TextLengthMax), TextLengthMax, "1 to 4,000");
        Check(EditWindow >= TimeSpan.Zero, nameof(EditWindow), EditWindow, "zero or more");
        Check(ActionBurst is > 0 and <= 10_000, nameof(ActionBurst), ActionBurst, "1 to 10,000");
        Check(ActionsPerSecond is >= 0.01 and <= 1_000, nameof(ActionsPerSecond), ActionsPerSecond, "0.01 to 1,000");
        foreach (var (name, value) in new[]
        {
            (nameof(MessagesRemembered), MessagesRemembered), (nameof(MessageIdsRemembered), MessageIdsRemembered),
            (nameof(PacesRemembered), PacesRemembered),
        })
            Check(value is > 0 and <= 1_000_000, name, value, "1 to 1,000,000");
    }

    private static void Check(bool good, string name, object value, string expected)
    {
        if (!good)
            throw new InvalidOperationException($"Rooms:{name} is {value}, expected {expected}; correct the setting");
    }
}
