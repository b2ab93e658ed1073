namespace Engage.Recommend;

/// <summary>An item that was put before a user's eyes.</summary>
/// <param name="User">Whose eyes.</param>
/// <param name="AtMs">Unix time in milliseconds.</param>
/// <param name="Slot">Place in the list, 0 for the first; -1 when nobody said.</param>
/// <param name="Propensity">
/// Probability that this slot showed this item, in (0, 1]; 0 when nobody said. What nobody said is taken for certain.
/// </param>
/// <param name="Explored">Whether the item was drawn instead of being ranked there.</param>
public readonly record struct Impression(
    string User, string Item, long AtMs, int Slot = -1, float Propensity = 0, bool Explored = false)
{
    /// <summary>Slots beyond it are one.</summary>
    public const int SlotMax = 255;

    /// <summary>Propensities below it are taken for it, whoever reports them.</summary>
    public const float PropensityMin = 1e-4f;
}
