using Engage.Neural;

namespace Engage.Recommend;

/// <summary>
/// Everything that answering needs, at one moment. The live view is for the writer within one call; a frozen one is a
/// snapshot. Both run the same code, so the model is trained on the very candidates it would have served.
/// </summary>
internal sealed record ModelView(
    RecommenderOptions Options,
    CatalogueView Catalogue,
    TrendsView Trends,
    StageTrendsView Stages,
    CoOccurrenceView Ties,
    ContentView Content,
    TermsView Terms,
    TwoTowerView Towers,
    HistoryAttentionView Attention,
    RankerView Ranker,
    long Events,
    EngagementView Engagement = default,
    OutlookView? Outlook = null,
    RuleMixtureView Mixture = default);
