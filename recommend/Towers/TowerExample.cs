namespace Engage.Recommend;

/// <summary>What the towers learn from.</summary>
/// <param name="Before">The user just before.</param>
/// <param name="Item">Number of the item then taken.</param>
internal sealed record TowerExample(UserContext Before, int Item);
