namespace Engage.Recommend;

/// <summary>What the ranker learns from.</summary>
/// <param name="Rows">[candidates, features], standardized.</param>
/// <param name="Taken">Place of the candidate that was taken.</param>
internal sealed record RankerExample(float[] Rows, int Taken);
