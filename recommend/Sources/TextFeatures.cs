using System.Globalization;
using System.Text;

namespace Engage.Recommend;

/// <summary>
/// Turns what is written about an item into hashed features. Chinese has no spaces: runs of ideographs give characters
/// and character pairs, which need no dictionary. Other scripts give whole words and, for longer words, their first
/// five letters, so that "investing" meets "investor". Tags, creator and community count as features of their own.
/// </summary>
internal static class TextFeatures
{
    /// <summary>Hash space of features; two features in one bucket blur a little and cost nothing.</summary>
    public const int Buckets = 1 << 16;

    /// <summary>Most features per item: tags and title come first, a long description is cut.</summary>
    public const int FeaturesMax = 96;

    /// <summary>Most topics per item.</summary>
    public const int TopicsMax = 8;

    private const int StemLength = 5;

    /// <summary>Distinct buckets of a profile, at most <see cref="FeaturesMax"/>.</summary>
    public static int[] Of(ItemProfile profile)
    {
        var features = new List<int>();
        foreach (var tag in profile.Tags)
            features.Add(Hash("tag", tag));
        if (profile.Creator.Length > 0)
            features.Add(Hash("creator", profile.Creator));
        if (profile.Community.Length > 0)
            features.Add(Hash("community", profile.Community));
        foreach (var text in (string[])[.. profile.Tags, profile.Title, profile.Description])
            foreach (var token in Tokens(text))
                features.Add(Hash("text", token));
        return [.. features.Distinct().Take(FeaturesMax)];
    }

    /// <summary>Hashed tags, each once, at most <see cref="TopicsMax"/>.</summary>
    public static int[] Topics(ItemProfile profile) =>
        [.. profile.Tags.Select(tag => Hash("tag", tag)).Distinct().Take(TopicsMax)];

    /// <summary>Tokens of a text: words and stems, ideographs and their pairs.</summary>
    public static IEnumerable<string> Tokens(string text)
    {
        var word = new StringBuilder();
        var previous = "";
        foreach (var rune in TextFolding.Fold(text))
        {
            var ideograph = IsIdeograph(rune);
            if (!ideograph && Rune.IsLetterOrDigit(rune))
            {
                word.Append(Rune.ToLowerInvariant(rune));
                previous = "";
                continue;
            }

            foreach (var token in Words(word))
                yield return token;
            if (!ideograph)
            {
                previous = "";
                continue;
            }

            var character = rune.ToString();
            if (previous.Length > 0)
                yield return previous + character;
            yield return previous = character;
        }

        foreach (var token in Words(word))
            yield return token;
    }

    private static IEnumerable<string> Words(StringBuilder word)
    {
        if (word.Length == 0)
            yield break;
        var whole = word.ToString();
        word.Clear();
        // Single letters carry no topic.
        if (whole.Length > 1)
            yield return whole;
        if (whole.Length > StemLength)
            yield return whole[..StemLength] + "~";
    }

    private static bool IsIdeograph(Rune rune) =>
        Rune.GetUnicodeCategory(rune) == UnicodeCategory.OtherLetter && rune.Value >= 0x2E80;

    /// <summary>FNV-1a over UTF-16, the same in every process: <see cref="string.GetHashCode()"/> is not.</summary>
    private static int Hash(string field, string value)
    {
        var hash = 2166136261u;
        foreach (var c in field)
            hash = (hash ^ c) * 16777619;
        hash = (hash ^ '\n') * 16777619;
        foreach (var c in value)
            hash = (hash ^ c) * 16777619;
        return (int)((hash ^ (hash >> 16)) & (Buckets - 1));
    }
}
