using System.Collections.Concurrent;
using Engage.Contracts.Activity;
using Engage.Contracts.Recommending;
using Engage.Recommend;
using Microsoft.Extensions.Options;

namespace Engage.Grains.Recommending;

/// <summary>Asks a snapshot what a user will do. Buffers are pooled: a grain asks rarely, and there are many.</summary>
internal sealed class OutlookDesk(IOptions<RecommenderOptions> options)
{
    private static readonly ActivityKind[] Kinds =
        [.. Enum.GetValues<ActivityKind>().Where(kind => kind != ActivityKind.Impression)];

    private readonly ConcurrentBag<OutlookWorkspace> _pool = [];

    public UserOutlook Ask(PublishedModel model, RecentAction[] actions, TimeProvider time)
    {
        if (!_pool.TryTake(out var workspace)) workspace = new();
        var view = model.Snapshot.Outlook;
        var history = Array.ConvertAll(actions, RecommendMapping.ToAction);
        var nowMs = Math.Max(model.NowMs(time), history.Length == 0 ? 0 : history[^1].AtMs);
        var probabilities = new float[view.ActionKinds];
        view.NextAction(history, nowMs, probabilities, workspace);
        var outlook = new UserOutlook
        {
            Version = model.Snapshot.Version,
            Churn = view.Churn(history, nowMs, workspace),
            ReturnWindow = options.Value.Outlook.ReturnWindow,
            NextActions = [.. Kinds.Select(kind => new ExpectedAction(kind, probabilities[(int)kind]))
                .OrderByDescending(expected => expected.Probability)],
        };
        _pool.Add(workspace);
        return outlook;
    }
}
