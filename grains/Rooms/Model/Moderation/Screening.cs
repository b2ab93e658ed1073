using Engage.Contracts;
using Engage.Contracts.Rooms;

namespace Engage.Grains.Rooms;

/// <summary>
/// Whether what somebody writes appears, waits for a moderator, or is refused. Moderators are not screened.
/// </summary>
internal sealed class Screening(RoomOptions options, Course course, HeldQueue held)
{
    // A review takes a moderator some seconds.
    private static readonly TimeSpan ReviewPause = TimeSpan.FromSeconds(10);

    /// <summary>Why something is held; the word is null where the room holds everything.</summary>
    internal sealed record Cause(string? Word);

    /// <param name="by">Who wrote it.</param>
    /// <param name="text">What was written.</param>
    /// <param name="holds">Whether the room holds everything of this sort.</param>
    /// <param name="make">The fact: as it appears (given null), or as it is held.</param>
    public Decision Pass(UserId by, string text, bool holds, Func<Cause?, RoomFact> make)
    {
        var word = course.Filter.Find(text);
        if (word is not null && course.Settings.RefuseFiltered)
            return Decision.Refuse(Refusals.Filtered("the text"));
        if (word is null && !holds) return Decision.Made(make(null));

        if (held.CountOf(by) is var own && own >= options.HeldPerPersonMax)
            return Decision.Refuse(Refusals.TooMany(
                $"{own} things of yours wait for review, expected at most {options.HeldPerPersonMax}; wait until a " +
                "moderator has seen one of them"));

        return held.Count < options.HeldMax
            ? Decision.Made(make(new(word)))
            : Decision.Refuse(Refusals.Busy(
                $"{held.Count} things wait for review, which is all that the room holds", ReviewPause));
    }
}
