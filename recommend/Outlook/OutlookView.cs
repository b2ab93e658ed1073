using Engage.Neural;

namespace Engage.Recommend;

/// <summary>Buffers of one caller of an <see cref="OutlookView"/>; they grow to what is needed and are not
/// thread-safe.</summary>
public sealed class OutlookWorkspace
{
    internal SequenceWorkspace Sequence { get; } = new();

    internal SatisfactionWorkspace Satisfaction { get; } = new();

    internal ActionToken[] Tokens { get; } = new ActionToken[UserAction.HistoryMax + 1];
}

/// <summary>An <see cref="Outlook"/> at one moment: immutable, for any number of threads, each with a workspace of its
/// own. With a warm workspace nothing is allocated.</summary>
public sealed class OutlookView
{
    private readonly OutlookOptions _options;
    private readonly NextActionView _nextAction;
    private readonly ChurnView _churn;
    private readonly SatisfactionView _satisfaction;

    internal OutlookView(
        OutlookOptions options, NextActionView nextAction, ChurnView churn, SatisfactionView satisfaction) =>
        (_options, _nextAction, _churn, _satisfaction) = (options, nextAction, churn, satisfaction);

    /// <summary>Ratings learned.</summary>
    public long Ratings { get; internal init; }

    /// <summary>Users of whom it was learned whether they stayed away.</summary>
    public long Returns { get; internal init; }

    /// <summary>Kinds of actions: how many probabilities <see cref="NextAction"/> gives.</summary>
    public int ActionKinds => _options.ActionKinds;

    /// <summary>What the user does if she does something now.</summary>
    /// <param name="history">Her last <see cref="OutlookOptions.HistoryNeeded"/> actions, oldest first; may be
    /// empty.</param>
    /// <param name="probabilities">[<see cref="ActionKinds"/>], overwritten: the probability of each kind.</param>
    public void NextAction(
        ReadOnlySpan<UserAction> history, long nowMs, Span<float> probabilities, OutlookWorkspace workspace)
    {
        ArgumentNullException.ThrowIfNull(workspace);
        if (probabilities.Length != ActionKinds)
            throw new ArgumentException($"Room for {probabilities.Length} probabilities; expected {ActionKinds}.");
        _nextAction.Predict(Encode(history, nowMs, workspace), probabilities, workspace.Sequence);
    }

    /// <summary>The probability that from now on the user does nothing for <see
    /// cref="OutlookOptions.ReturnWindow"/>.</summary>
    /// <param name="history">Her last <see cref="OutlookOptions.HistoryNeeded"/> actions, oldest first; may be
    /// empty.</param>
    public float Churn(ReadOnlySpan<UserAction> history, long nowMs, OutlookWorkspace workspace)
    {
        ArgumentNullException.ThrowIfNull(workspace);
        return _churn.Predict(Encode(history, nowMs, workspace), workspace.Sequence);
    }

    /// <summary>The rating the user would give the item, on the scale of the options.</summary>
    /// <param name="features">As given to <see cref="Outlook.Rate"/>.</param>
    /// <exception cref="ArgumentException">Another number of features than learned with, or one that is not
    /// finite.</exception>
    public float Satisfaction(string user, string item, ReadOnlySpan<float> features, OutlookWorkspace workspace)
    {
        ArgumentNullException.ThrowIfNull(workspace);
        Outlook.RequireRating(_options, user, item, null, features);
        return _satisfaction.Predict(StableHash.Of(user), StableHash.Of(item), features, workspace.Satisfaction);
    }

    /// <summary>The ratings the user would give several items at once, for ranking them.</summary>
    /// <param name="items">[items], each <see cref="StableHash.Of"/> its id; hashed once, when an item becomes
    /// known.</param>
    /// <param name="features">[items, <see cref="OutlookOptions.SatisfactionFeatures"/>], as given to <see
    /// cref="Outlook.Rate"/>; finite.</param>
    /// <param name="ratings">[items], overwritten.</param>
    /// <exception cref="ArgumentException">A length disagrees with the number of items.</exception>
    public void Satisfaction(
        string user, ReadOnlySpan<ulong> items, ReadOnlySpan<float> features, Span<float> ratings,
        OutlookWorkspace workspace)
    {
        ArgumentNullException.ThrowIfNull(workspace);
        ArgumentException.ThrowIfNullOrEmpty(user);
        if (ratings.Length != items.Length || features.Length != items.Length * _options.SatisfactionFeatures)
            throw new ArgumentException(
                $"{items.Length} items with {features.Length} features and room for {ratings.Length} ratings; " +
                $"expected {items.Length * _options.SatisfactionFeatures} and {items.Length}.");
        if (!items.IsEmpty)
            _satisfaction.Predict(StableHash.Of(user), items, features, ratings, workspace.Satisfaction);
    }

    private ReadOnlySpan<ActionToken> Encode(
        ReadOnlySpan<UserAction> history, long nowMs, OutlookWorkspace workspace)
    {
        var tokens = workspace.Tokens.AsSpan(0, _options.Steps + 1);
        return tokens[..ActionToken.Encode(_options, history, nowMs, tokens)];
    }
}
