using Engage.Contracts;
using Engage.Contracts.Catalogue;
using Engage.Contracts.Recommending;
using Engage.Recommend;

namespace Engage.Grains.Recommending;

/// <summary>Between the contracts' typed ids and the recommender's strings. Arrays are shared, not copied.</summary>
internal static class RecommendMapping
{
    public static UserContext ToContext(this InterestView view) =>
        new(
            view.RecentContents, view.RecentWeights, view.RecentAtMs, view.Excluded, view.DismissedContents,
            view.FollowedCreators)
        {
            ShownItems = view.ShownContents ?? [],
            ShownTimes = view.ShownTimes ?? [],
            ShownAtMs = view.ShownAtMs ?? [],
            OwnedItems = view.OwnedContents ?? [],
        };

    public static InterestView ToView(this UserContext context) =>
        new(context.RecentItems, context.RecentWeights, context.RecentAtMs, context.Had, context.FollowedCreators)
        {
            DismissedContents = context.Dismissed,
            ShownContents = context.ShownItems, ShownTimes = context.ShownTimes, ShownAtMs = context.ShownAtMs,
        };

    public static UserAction ToAction(this RecentAction action) =>
        UserAction.Of((int)action.Kind, action.Content, action.Creator, Stars(action.Value), action.AtMs);

    /// <summary>A rating may be 0, which is as bad as it gets: the scale of opinions begins at 1.</summary>
    public static float? Stars(float? value) => value is { } stars ? Math.Clamp(stars, 1, 5) : null;

    public static FeedRules ToRules(this RankingRequest request) => new(
        request.Filter?.Region, request.Filter?.PriceMax?.MinorUnits, request.Filter?.PriceMax?.Currency,
        request.AvailableAt?.ToUnixTimeMilliseconds());

    public static Ranking ToRanking(ReadOnlySpan<RankedItem> ranked, long version)
    {
        var contents = ranked.Length == 0 ? [] : new RankedContent[ranked.Length];
        for (var i = 0; i < contents.Length; i++)
            contents[i] = new(
                new ContentId(ranked[i].Item), ranked[i].Score, ranked[i].Reason.Kind.ToContract(),
                ranked[i].Reason.Related)
            {
                Propensity = ranked[i].Propensity, Explored = ranked[i].Explored,
                Lift = ranked[i].Reason.Effect.ToContract(),
            };
        return new(version, contents);
    }

    public static ItemProfile ToProfile(this Content content) => new(
        content.Id.Value,
        content.Creator.Value,
        content.Community.Value,
        content.Title.All,
        content.Description?.All ?? "",
        content.Tags,
        content.PublishedAt?.ToUnixTimeMilliseconds() ?? 0)
    {
        Regions = content.Regions, PriceMinor = content.Price?.MinorUnits, Currency = content.Price?.Currency,
    };

    public static Impression ToImpression(this LearningExample example) => new(
        example.User.Value ?? "", example.Content.Value, example.AtMs, example.Shown?.Slot ?? -1,
        example.Shown?.Propensity ?? 0, example.Shown?.Explored ?? false);

    public static ModelReport ToReport(this LearningProgress progress, ModelMarks marks) => new()
    {
        Version = progress.Version,
        Examples = marks.Examples,
        Unranked = marks.Unranked,
        StreamTimeMs = marks.StreamTimeMs,
        Ranking = new(
            progress.Window, progress.HitRate10, progress.Ndcg10, progress.Loss, progress.Rate, progress.GradientNorm,
            progress.IsDrifting, progress.Drifts),
        Engagement = progress.Engagement.ToReport(),
        Outlook = progress.Outlook?.ToReport(),
        Guard = new(marks.Guard.Rollbacks, marks.Guard.Skipped, marks.Guard.LastReason),
    };

    private static OutlookReport ToReport(this OutlookProgress progress) => new(
        progress.NextAction.Examples, Known(progress.NextAction.LogLoss), Known(progress.NextAction.BaseLogLoss),
        Known(progress.NextAction.Accuracy), progress.Churn.Examples, Known(progress.Churn.LogLoss),
        Known(progress.Churn.BaseLogLoss), Known(progress.Churn.Auc), progress.Satisfaction.Examples,
        Known(progress.Satisfaction.Rmse), Known(progress.Satisfaction.BaseRmse));

    private static double? Known(double value) => double.IsFinite(value) ? value : null;

    private static EngagementReport ToReport(this EngagementProgress progress) => new(
        progress.Joined, progress.Waiting, progress.Window, progress.Positives, progress.LogLoss, progress.Auc,
        progress.Calibration, progress.CalibrationError, progress.LateShare, progress.RankedRate,
        progress.ExploredRate, progress.Explored, progress.Share, progress.Drifts);

    private static FeedLift? ToContract(this RerankEffect effect) => effect switch
    {
        RerankEffect.None => null,
        RerankEffect.Fresh => FeedLift.Fresh,
        RerankEffect.Variety => FeedLift.Variety,
        RerankEffect.Rest => FeedLift.Rest,
        RerankEffect.Liked => FeedLift.Liked,
        _ => throw new ArgumentOutOfRangeException(nameof(effect), effect, "Unknown effect; extend the mapping."),
    };

    private static FeedReasonKind ToContract(this RecommendReasonKind kind) => kind switch
    {
        RecommendReasonKind.BecauseYouTook => FeedReasonKind.BecauseYouTook,
        RecommendReasonKind.Trending => FeedReasonKind.Trending,
        RecommendReasonKind.FollowedCreator => FeedReasonKind.FollowedCreator,
        RecommendReasonKind.SimilarContent => FeedReasonKind.SimilarContent,
        RecommendReasonKind.PeopleLikeYou => FeedReasonKind.PeopleLikeYou,
        RecommendReasonKind.New => FeedReasonKind.New,
        RecommendReasonKind.Explore => FeedReasonKind.Explore,
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "Unknown reason; extend the mapping."),
    };
}
