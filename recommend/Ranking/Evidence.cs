namespace Engage.Recommend;

/// <summary>What the model says of one user and one item, in logits: for measuring how well it tells the items that a
/// user takes from others.</summary>
/// <param name="Ranker">Logarithm of the item's share among the candidates and itself, by the ranker.</param>
/// <param name="Towers">The two-tower logit.</param>
/// <param name="IsCandidate">Whether any source would have nominated it.</param>
/// <param name="Features">The ranker's row, standardized.</param>
public readonly record struct Evidence(float Ranker, float Towers, bool IsCandidate, ReadOnlyMemory<float> Features);
