using Engage.Contracts.Activity;
using Engage.Contracts.Creators;

namespace Engage.Grains.Creators;

/// <summary>
/// What events say about one creator's contents, beyond how many there are of each kind. A pure fold: whatever order
/// the partitions come in, the same events give the same figures.
/// </summary>
internal sealed class CreatorFigures
{
    /// <summary>Contents with figures of their own; further ones are in the totals alone.</summary>
    public const int ContentsMax = 1_000;

    /// <summary>ISO 4217's own code for it: three times X.</summary>
    public static readonly string NoCurrency = new('X', 3);

    private const byte Version = 1;
    private const int CurrenciesMax = 32;
    private readonly SortedDictionary<string, Sale> _sales = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, BoardFigures> _contents = new(StringComparer.Ordinal);
    private readonly SortedDictionary<int, ClickMemory> _clicks = [];
    private SecondsCurve _curve = new();

    /// <summary>Enrolments and purchases by people who had clicked on the recommendation before.</summary>
    public long Converted { get; private set; }

    public Sale[] Sales => [.. _sales.Values];

    public IEnumerable<KeyValuePair<string, BoardFigures>> Contents => _contents;

    /// <param name="partition">Where the event comes from.</param>
    /// <param name="activity">An event that names the creator.</param>
    /// <param name="currency">Of what was sold; null: it has no price.</param>
    public void Apply(int partition, ActivityEvent activity, string? currency)
    {
        var converted = Converts(partition, activity);
        if (converted) Converted++;
        if (activity.Kind == ActivityKind.Purchased) Sell(currency ?? NoCurrency, activity.Value ?? 0);
        if (activity.Content is not { } content) return;

        var step = Step(activity.Kind, converted);
        if (step == default) return;
        Count(content.Value, step);
        _curve.Add(
            activity.OccurredAt.ToUnixTimeSeconds(), (int)step.Shown, (int)step.Clicked, (int)step.Converted);
    }

    public BoardCurve Curve(long from, long now) => _curve.View(from, now);

    public byte[] Save()
    {
        using var bytes = new MemoryStream();
        using var writer = new BinaryWriter(bytes);
        writer.Write(Version);
        writer.Write(Converted);
        writer.Write7BitEncodedInt(_sales.Count);
        foreach (var sale in _sales.Values)
        {
            writer.Write(sale.Currency);
            writer.Write(sale.MinorUnits);
            writer.Write(sale.Count);
        }
        writer.Write7BitEncodedInt(_contents.Count);
        foreach (var (content, figures) in _contents)
        {
            writer.Write(content);
            Write(writer, figures);
        }
        writer.Write7BitEncodedInt(_clicks.Count);
        foreach (var (partition, clicks) in _clicks)
        {
            writer.Write7BitEncodedInt(partition);
            clicks.Save(writer);
        }
        _curve.Save(writer);
        writer.Flush();
        return bytes.ToArray();
    }

    /// <exception cref="InvalidDataException">Saved by a newer version.</exception>
    public static CreatorFigures Load(byte[] saved)
    {
        var figures = new CreatorFigures();
        if (saved.Length == 0) return figures;

        using var reader = new BinaryReader(new MemoryStream(saved));
        if (reader.ReadByte() is var version && version != Version)
            throw new InvalidDataException($"Figures of a creator have version {version}, expected {Version}.");
        figures.Converted = reader.ReadInt64();
        for (var left = reader.Read7BitEncodedInt(); left > 0; left--)
        {
            var sale = new Sale(reader.ReadString(), reader.ReadInt64(), reader.ReadInt64());
            figures._sales[sale.Currency] = sale;
        }
        for (var left = reader.Read7BitEncodedInt(); left > 0; left--)
            figures._contents[reader.ReadString()] = Read(reader);
        for (var left = reader.Read7BitEncodedInt(); left > 0; left--)
            figures._clicks[reader.Read7BitEncodedInt()] = ClickMemory.Load(reader);
        figures._curve = SecondsCurve.Load(reader);
        return figures;
    }

    private static void Write(BinaryWriter writer, in BoardFigures figures)
    {
        writer.Write7BitEncodedInt64(figures.Shown);
        writer.Write7BitEncodedInt64(figures.Clicked);
        writer.Write7BitEncodedInt64(figures.Viewed);
        writer.Write7BitEncodedInt64(figures.Enrolled);
        writer.Write7BitEncodedInt64(figures.Purchased);
        writer.Write7BitEncodedInt64(figures.Converted);
    }

    private static BoardFigures Read(BinaryReader reader) => new(
        reader.Read7BitEncodedInt64(), reader.Read7BitEncodedInt64(), reader.Read7BitEncodedInt64(),
        reader.Read7BitEncodedInt64(), reader.Read7BitEncodedInt64(), reader.Read7BitEncodedInt64());

    private bool Converts(int partition, ActivityEvent activity)
    {
        if (activity.Content is not { } content) return false;
        switch (activity.Kind)
        {
            case ActivityKind.Clicked:
                if (!_clicks.TryGetValue(partition, out var clicks)) _clicks[partition] = clicks = new();
                clicks.Add(activity.User.Value, content.Value);
                return false;
            case ActivityKind.Enrolled or ActivityKind.Purchased:
                return _clicks.TryGetValue(partition, out var clicked)
                    && clicked.Take(activity.User.Value, content.Value);
            default:
                return false;
        }
    }

    /// <summary>Saturates: whoever sends events could otherwise bring a sum to wrap around.</summary>
    private void Sell(string currency, double minorUnits)
    {
        if (!_sales.TryGetValue(currency, out var sale))
        {
            if (_sales.Count >= CurrenciesMax) currency = NoCurrency;
            sale = _sales.GetValueOrDefault(currency, new(currency, 0, 0));
        }
        var sum = Math.Min(sale.MinorUnits + (long)minorUnits, Contracts.Catalogue.Money.MinorUnitsMax);
        _sales[currency] = sale with { MinorUnits = sum, Count = sale.Count + 1 };
    }

    private void Count(string content, in BoardFigures step)
    {
        if (!_contents.TryGetValue(content, out var so) && _contents.Count >= ContentsMax) return;

        _contents[content] = new(
            so.Shown + step.Shown, so.Clicked + step.Clicked, so.Viewed + step.Viewed,
            so.Enrolled + step.Enrolled, so.Purchased + step.Purchased, so.Converted + step.Converted);
    }

    private static BoardFigures Step(ActivityKind kind, bool converted) => kind switch
    {
        ActivityKind.Impression => new() { Shown = 1 },
        ActivityKind.Clicked => new() { Clicked = 1 },
        ActivityKind.Viewed => new() { Viewed = 1 },
        ActivityKind.Enrolled => new() { Enrolled = 1, Converted = converted ? 1 : 0 },
        ActivityKind.Purchased => new() { Purchased = 1, Converted = converted ? 1 : 0 },
        _ => default,
    };
}
