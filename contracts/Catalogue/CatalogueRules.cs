namespace Engage.Contracts.Catalogue;

/// <summary>
/// What makes a definition acceptable by itself. Each check returns field -> what is wrong, empty if good.
/// </summary>
public static class CatalogueRules
{
    public const int NameLengthMax = 200;
    public const int DescriptionLengthMax = 4_000;
    public const int TagsMax = 16;
    public const int TagLengthMax = 32;
    public const int CommunitiesMax = 64;
    public const int RegionsMax = 64;

    public static IReadOnlyList<string> Check(Community community) => Collect(
        CheckId("id", community.Id.Value),
        LocalizedText.Check("name", community.Name, NameLengthMax),
        LocalizedText.Check("description", community.Description, DescriptionLengthMax, optional: true));

    public static IReadOnlyList<string> Check(Creator creator) => Collect(
        CheckId("id", creator.Id.Value),
        LocalizedText.Check("name", creator.Name, NameLengthMax),
        LocalizedText.Check("description", creator.Description, DescriptionLengthMax, optional: true),
        creator.Communities.Length <= CommunitiesMax
            ? null
            : $"communities: {creator.Communities.Length}, at most {CommunitiesMax}");

    public static IReadOnlyList<string> Check(Content content) => Collect(
        CheckId("id", content.Id.Value),
        CheckId("creator", content.Creator.Value),
        CheckId("community", content.Community.Value),
        Enum.IsDefined(content.ContentKind) ? null : $"contentKind: '{content.ContentKind}' is not a content kind",
        LocalizedText.Check("title", content.Title, NameLengthMax),
        LocalizedText.Check("description", content.Description, DescriptionLengthMax, optional: true),
        CheckTags(content.Tags),
        content.PublishedAt is { Year: < 1970 or > 2100 } at ? $"publishedAt: {at:O}, expected 1970 to 2100" : null,
        CheckRegions(content.Regions),
        Money.Check("price", content.Price));

    /// <returns>Null if there is none or it is two capital letters.</returns>
    public static string? CheckRegion(string field, string? region) =>
        region is null or { Length: 2 } && (region?.All(char.IsAsciiLetterUpper) ?? true)
            ? null
            : $"{field}: '{(region.Length > 8 ? region[..8] + "…" : region)}', "
                + "expected two capital letters of ISO 3166-1 such as CN";

    private static string? CheckRegions(string[] regions)
    {
        if (regions.Length > RegionsMax) return $"regions: {regions.Length}, at most {RegionsMax}";
        for (var i = 0; i < regions.Length; i++)
            if (CheckRegion($"regions[{i}]", regions[i] ?? "") is { } wrong)
                return wrong;
        return null;
    }

    private static string? CheckTags(string[] tags)
    {
        if (tags.Length > TagsMax) return $"tags: {tags.Length}, at most {TagsMax}";
        var bad = Array.FindIndex(tags, tag => tag is null || tag.Length is 0 or > TagLengthMax);
        return bad < 0 ? null : $"tags[{bad}]: {tags[bad]?.Length ?? 0} characters, expected 1 to {TagLengthMax}";
    }

    private static string? CheckId(string field, string? id) =>
        IdText.IsValid(id) ? null : $"{field}: expected 1 to {IdText.LengthMax} characters of A-Z a-z 0-9 . _ : -";

    private static List<string> Collect(params ReadOnlySpan<string?> findings)
    {
        var wrong = new List<string>();
        foreach (var finding in findings)
            if (finding is not null)
                wrong.Add(finding);
        return wrong;
    }
}
