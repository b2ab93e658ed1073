using Engage.Contracts;
using Engage.Recommend;

namespace Engage.Grains.Users;

/// <summary>How much of a feed is drawn instead of ranked, where somebody looks at it.</summary>
public sealed class ExplorationOptions
{
    /// <summary>
    /// Probability that a slot is given to a draw from further down, 0 to 1. More learns faster what is wrong with the
    /// ranking, and costs what the draws are worse than it: see the two rates in <c>GET /v1/model</c>. Default 0.05.
    /// </summary>
    public float Share { get; set; } = 0.05f;

    /// <summary>
    /// How long a user's draws stay the same while she takes nothing: a feed that is read again must not flicker.
    /// Default 10 minutes.
    /// </summary>
    public TimeSpan Period { get; set; } = TimeSpan.FromMinutes(10);

    /// <exception cref="ArgumentException">An option is out of range.</exception>
    internal void Check()
    {
        var range = new OptionRange("Exploration");
        range.Within(0, 1, Share);
        range.Positive(Period);
    }

    /// <summary>
    /// Changes when the user takes something, and with the period; not with her other events, or every impression would
    /// show something new to make an impression of.
    /// </summary>
    internal ulong Seed(UserId user, UserInterest interest, DateTimeOffset now) => Exploration.SeedOf(
        user.Value, (now.Ticks / Math.Max(1, Period.Ticks) << 16) + interest.Had.Count);
}
