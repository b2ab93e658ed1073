using Engage.Evaluation;
using Engage.Recommend;

namespace Engage.Bench.Evaluation;

/// <summary>
/// Runs the models of what users do next over the stream: who stays away, and how a rating will be. A recorded stream
/// has one kind of action, so the next action is not asked for.
/// </summary>
internal sealed class OutlookProbe(OutlookOptions options, ulong seed)
{
    private const int Engaged = 1;

    private readonly Outlook _outlook = new(options, seed);
    private readonly Dictionary<string, List<UserAction>> _histories = new(StringComparer.Ordinal);

    public OutlookProgress Run(IReadOnlyList<Interaction> events, CancellationToken cancellation)
    {
        foreach (var next in events)
        {
            cancellation.ThrowIfCancellationRequested();
            Observe(next);
        }

        return _outlook.Progress;
    }

    private void Observe(Interaction next)
    {
        if (!_histories.TryGetValue(next.User, out var history))
            _histories.Add(next.User, history = []);
        float? rating = next.Value >= options.RatingMin && next.Value <= options.RatingMax ? next.Value : null;
        var action = UserAction.Of(Engaged, next.Item, null, rating, next.AtMs);
        _outlook.Observe(next.User, [.. history], action);
        if (rating is { } given)
            _outlook.Rate(next.User, next.Item, given);
        history.Add(action);
        if (history.Count > UserAction.HistoryMax)
            history.RemoveAt(0);
    }
}
