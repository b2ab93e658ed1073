using Engage.Neural;

namespace Engage.Recommend;

/// <summary>Where, when and for how much an item is offered.</summary>
/// <param name="PublishedAtMs">Unix milliseconds; 0 where unknown.</param>
/// <param name="PriceMinor">Minor units; -1 where there is none.</param>
/// <param name="Currency">Three letters of ISO 4217, eight bits each.</param>
/// <param name="Regions">Number of its set of regions; 0 is everywhere.</param>
internal readonly record struct ItemTerms(long PublishedAtMs, long PriceMinor, int Currency, int Regions);

/// <summary>Terms and topics of all items. Few different sets of regions are in use, so each is kept once.</summary>
internal sealed class TermsTable
{
    private const char Separator = ',';

    private static readonly ItemTerms Unknown = new(0, -1, 0, 0);

    private readonly PagedTable<ItemTerms> _terms = new(1, 6);
    private readonly PagedTable<int[]> _topics = new(1, 6);
    private readonly Dictionary<string, int> _setNumbers = new(StringComparer.Ordinal) { [""] = 0 };
    private string[][] _regionSets = [[]];
    private long _latestMs = long.MinValue;
    private bool _priced;
    private TermsView? _live;

    /// <summary>One for as long as nothing is added or described.</summary>
    public TermsView Live => _live ??= new(_terms.Live, _topics.Live, _regionSets, _latestMs, _priced);

    public TermsView Freeze() => new(_terms.Freeze(), _topics.Freeze(), _regionSets, _latestMs, _priced);

    public void GrowTo(int items)
    {
        var had = _terms.Count;
        if (items <= had)
            return;
        _live = null;
        _terms.GrowTo(items);
        _topics.GrowTo(items);
        for (var item = had; item < items; item++)
        {
            _terms.Writable(item)[0] = Unknown;
            _topics.Writable(item)[0] = [];
        }
    }

    /// <param name="item">Its number, below what <see cref="GrowTo"/> was told.</param>
    public void Describe(int item, ItemProfile profile)
    {
        _live = null;
        var terms = new ItemTerms(
            profile.PublishedAtMs, profile.PriceMinor ?? -1, CurrencyCode(profile.Currency),
            SetNumber(profile.Regions));
        if (_terms.Row(item)[0] != terms)
            _terms.Writable(item)[0] = terms;
        Widen(terms);
        var topics = TextFeatures.Topics(profile);
        if (!_topics.Row(item)[0].AsSpan().SequenceEqual(topics))
            _topics.Writable(item)[0] = topics;
    }

    public void Carry(ModelState state)
    {
        var sets = Array.ConvertAll(_regionSets, set => string.Join(Separator, set));
        var topics = _topics.Live.ToArray();
        state.Table("terms.rows", _terms);
        state.Strings("terms.regions", ref sets);
        state.Lists("terms.topics", ref topics);
        if (!state.Loading)
            return;
        _live = null;
        _regionSets = [];
        _setNumbers.Clear();
        foreach (var set in sets)
            Intern(set);
        _topics.GrowTo(topics.Length);
        for (var item = 0; item < topics.Length; item++)
            _topics.Writable(item)[0] = topics[item];
        for (var item = 0; item < _terms.Count; item++)
            Widen(_terms.Row(item)[0]);
    }

    /// <summary>Three letters as one number; 0 for none.</summary>
    public static int CurrencyCode(string? currency) =>
        currency is { Length: 3 } c ? (c[0] << 16) | (c[1] << 8) | c[2] : 0;

    /// <summary>What any item has had is never taken back: it only says whether rules are worth a look.</summary>
    private void Widen(in ItemTerms terms)
    {
        _latestMs = Math.Max(_latestMs, terms.PublishedAtMs);
        _priced |= terms.PriceMinor > 0;
    }

    private int SetNumber(string[] regions) =>
        Intern(string.Join(Separator, regions.Order(StringComparer.Ordinal).Distinct(StringComparer.Ordinal)));

    private int Intern(string set)
    {
        if (_setNumbers.TryGetValue(set, out var number))
            return number;
        number = _regionSets.Length;
        // A new array, so that snapshots keep theirs.
        _regionSets = [.. _regionSets, set.Length == 0 ? [] : set.Split(Separator)];
        _setNumbers.Add(set, number);
        return number;
    }
}

/// <summary>Terms and topics at one moment.</summary>
internal sealed class TermsView(
    PagedRows<ItemTerms> terms, PagedRows<int[]> topics, string[][] regionSets, long latestMs, bool priced)
{
    /// <summary>Whether rules can forbid any item at all; most catalogues hold nothing that is not out yet.</summary>
    public bool CanForbid(FeedRules rules) =>
        rules.AvailableAtMs < latestMs
        || (rules.Region is not null && regionSets.Length > 1)
        || (rules.PriceMaxMinor is not null && priced);

    public ref readonly ItemTerms Of(int item) => ref terms.At(item);

    /// <summary>Hashed tags, each once.</summary>
    public int[] TopicsOf(int item) => topics.At(item);

    public bool Allows(int item, FeedRules rules)
    {
        ref readonly var terms = ref Of(item);
        if (terms.Regions != 0 && rules.Region is { } region && !regionSets[terms.Regions].Contains(region))
            return false;
        if (rules.AvailableAtMs is { } now && terms.PublishedAtMs > now)
            return false;
        return rules.PriceMaxMinor is not { } max || terms.PriceMinor <= 0
            || (terms.PriceMinor <= max && terms.Currency == TermsTable.CurrencyCode(rules.Currency));
    }
}
