namespace Engage.Recommend;

/// <summary>What is known of an item before anyone has touched it. Empty strings and arrays where nothing is
/// known.</summary>
/// <param name="Item">The item's id.</param>
/// <param name="Creator">Id of its creator.</param>
/// <param name="Community">Id of the community it belongs to.</param>
/// <param name="Title">Title, Chinese or English.</param>
/// <param name="Description">Description, Chinese or English.</param>
/// <param name="Tags">Tags, Chinese or English.</param>
/// <param name="PublishedAtMs">Unix time in milliseconds of publication.</param>
public sealed record ItemProfile(
    string Item, string Creator, string Community, string Title, string Description, string[] Tags, long PublishedAtMs)
{
    /// <summary>Regions it is offered in, ISO 3166-1 alpha-2; empty: everywhere.</summary>
    public string[] Regions { get; init; } = [];

    /// <summary>Price in minor units of <see cref="Currency"/>; null: none.</summary>
    public long? PriceMinor { get; init; }

    /// <summary>ISO 4217, three letters; null without a price.</summary>
    public string? Currency { get; init; }
}
