namespace Engage.Evaluation;

/// <summary>One engagement of a recorded stream: <paramref name="User"/> took <paramref name="Item"/>.</summary>
/// <param name="User">The user's id as the file spells it.</param>
/// <param name="Item">The item's id as the file spells it.</param>
/// <param name="Value">Rating on the file's own scale (<see cref="RatingScale"/>), null where the file has none. Either
/// way it counts as one engagement.</param>
/// <param name="AtMs">Unix time in milliseconds.</param>
public sealed record Interaction(string User, string Item, float? Value, long AtMs);
