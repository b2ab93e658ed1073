using System.Globalization;
using Engage.Contracts.Activity;

namespace Engage.Contracts.Recommending;

/// <summary>
/// Which slot of a list showed an item, and how likely that was. It travels with the feed to the client, and back with
/// the impression as three of its attributes, so that the journal has it.
/// </summary>
/// <param name="Slot">Place in the list, 0 for the first; null when nobody said.</param>
/// <param name="Propensity">Probability that this slot showed this item, in (0, 1]; null when nobody said.</param>
/// <param name="Explored">Whether it was drawn from further down instead of being ranked there.</param>
[GenerateSerializer, Immutable, Alias("engage.shown-slot")]
public readonly record struct ShownSlot(
    [property: Id(0)] int? Slot, [property: Id(1)] float? Propensity, [property: Id(2)] bool Explored)
{
    public const string SlotAttribute = "slot";
    public const string PropensityAttribute = "propensity";
    public const string ExploredAttribute = "explored";

    /// <summary>One less than the longest list.</summary>
    public const int SlotMax = FeedRequest.LimitMax - 1;

    /// <summary>Reads the attributes of an impression. Pure.</summary>
    /// <param name="error">Null if they are good, otherwise what is wrong.</param>
    public static ShownSlot Read(IReadOnlyDictionary<string, string>? attributes, out string? error)
    {
        error = null;
        int? slot = null;
        float? propensity = null;
        var explored = false;
        if (attributes?.GetValueOrDefault(SlotAttribute) is { } place)
        {
            if (int.TryParse(place, NumberStyles.None, CultureInfo.InvariantCulture, out var at) && at <= SlotMax)
                slot = at;
            else
                error = $"attributes: '{SlotAttribute}' of an impression is its place in the list, 0 to {SlotMax}";
        }
        if (attributes?.GetValueOrDefault(PropensityAttribute) is { } probability)
        {
            if (float.TryParse(probability, NumberStyles.Float, CultureInfo.InvariantCulture, out var p)
                && p is > 0 and <= 1)
                propensity = p;
            else
                error = $"attributes: '{PropensityAttribute}' of an impression is a probability above 0, at most 1";
        }
        if (attributes?.GetValueOrDefault(ExploredAttribute) is { } drawn && !bool.TryParse(drawn, out explored))
            error = $"attributes: '{ExploredAttribute}' of an impression is true or false";
        return new(slot, propensity, explored);
    }
}
