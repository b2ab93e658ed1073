using Engage.Contracts;
using Engage.Contracts.Activity;
using Engage.Contracts.Recommending;
using Engage.Grains.Recommending;
using Engage.Recommend;

namespace Engage.Grains.Users;

/// <summary>
/// What the model can learn from an event of a user: every event is an example, its kind says of what. The answer for
/// an event that was applied before a crash is the same as it was, or, if the user has done so much since that what she
/// was like is no longer known, says less: such an event still moves trends, but trains nothing.
/// </summary>
internal static class LearningExamples
{
    /// <param name="user">With the event applied.</param>
    /// <param name="view">
    /// The view made last in this batch. Events that leave the interest as it is - the impressions of a list - share
    /// one, which is then sent once.
    /// </param>
    public static LearningExample Of(
        JournaledEvent journaled, UserState user, ref (UserContext Context, InterestView View)? view)
    {
        var activity = journaled.Event;
        var weight = activity.Content is null ? 0 : InterestRules.EngagementWeight(activity.Kind);
        var atMs = activity.OccurredAt.ToUnixTimeMilliseconds();
        var before = NeedsContext(activity, weight, user.Interest, journaled.Offset)
            && user.Interest.Before(journaled.Offset) is { } context ? View(context, ref view) : null;
        return new(journaled.Offset, before, activity.Content ?? default, weight, atMs)
        {
            User = activity.User,
            Kind = activity.Kind,
            Value = activity.Value,
            Creator = activity.Creator,
            History = ActionLog.IsAction(activity.Kind)
                ? ActionLog.Before(user.Actions, ActionLog.Count(user.Counters), journaled.Offset)
                : null,
            Shown = activity.Kind == ActivityKind.Impression ? ShownSlot.Read(activity.Attributes, out _) : null,
        };
    }

    /// <summary>First engagements train the ranker, impressions the engagement model; others need no context.</summary>
    private static bool NeedsContext(ActivityEvent activity, float weight, UserInterest interest, long offset) =>
        activity.Kind == ActivityKind.Impression
        || (weight > 0 && activity.Content is { } content
            && interest.Had.GetValueOrDefault(content.Value) == offset);

    private static InterestView View(UserContext context, ref (UserContext Context, InterestView View)? view)
    {
        if (view is not { } last || !ReferenceEquals(last.Context, context))
            view = (context, context.ToView());
        return view.Value.View;
    }
}
