using Engage.Contracts.Rooms;

namespace Engage.Grains.Inbox;

/// <summary>What an inbox grain stores.</summary>
public sealed class InboxState
{
    /// <summary>Oldest first, in order of arrival.</summary>
    public InboxItem[] Items { get; set; } = [];
}

/// <param name="Mention">Without name and text: the room has them. With them in rows from before.</param>
/// <param name="Read">Kept, so that the same mention is known when it comes again.</param>
/// <param name="Sealed">In rows from before, the author's name and what she wrote; taken out at the next write.</param>
public sealed record InboxItem(Mention Mention, bool Read, string? Sealed = null);
