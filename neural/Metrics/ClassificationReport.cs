using System.Globalization;
using System.Text;

namespace Engage.Neural;

/// <summary>Precision, recall and F1 of one class; 0 where nothing was predicted or nothing was there.</summary>
/// <param name="Support">Examples that truly were of this class.</param>
public readonly record struct ClassScores(double Precision, double Recall, double F1, long Support);

/// <summary>Counts what was predicted against what was true, and reports as practitioners expect it: per class, macro
/// (every class alike) and weighted (every example alike).</summary>
public sealed class ClassificationReport
{
    private readonly string[] _names;
    private readonly long[] _confusion;

    /// <param name="names">Of the classes, at least two.</param>
    public ClassificationReport(params string[] names)
    {
        ArgumentNullException.ThrowIfNull(names);
        ArgumentOutOfRangeException.ThrowIfLessThan(names.Length, 2, nameof(names));
        (_names, _confusion) = (names, new long[names.Length * names.Length]);
    }

    /// <summary>Classes.</summary>
    public int Classes => _names.Length;

    /// <summary>Examples.</summary>
    public long Count => _confusion.Sum();

    /// <summary>Share of examples whose class was predicted; 0 for none.</summary>
    public double Accuracy => Share(Enumerable.Range(0, Classes).Sum(c => Confusion(c, c)), Count);

    /// <summary>Means over the classes.</summary>
    public ClassScores Macro => Mean(_ => 1);

    /// <summary>Means over the classes, each weighted by its support.</summary>
    public ClassScores Weighted => Mean(scores => scores.Support);

    /// <summary>Adds an example.</summary>
    public void Add(int actual, int predicted)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)actual, (uint)Classes, nameof(actual));
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)predicted, (uint)Classes, nameof(predicted));
        _confusion[(actual * Classes) + predicted]++;
    }

    /// <summary>Examples of class <paramref name="actual"/> that were taken for <paramref name="predicted"/>.</summary>
    public long Confusion(int actual, int predicted) => _confusion[(actual * Classes) + predicted];

    /// <summary>The scores of one class.</summary>
    public ClassScores Of(int c)
    {
        var hits = Confusion(c, c);
        var support = Enumerable.Range(0, Classes).Sum(other => Confusion(c, other));
        var predicted = Enumerable.Range(0, Classes).Sum(other => Confusion(other, c));
        return new(Share(hits, predicted), Share(hits, support), Share(2 * hits, predicted + support), support);
    }

    /// <summary>The report as a table.</summary>
    public override string ToString()
    {
        var width = Math.Max("weighted avg".Length, _names.Max(name => name.Length));
        var text = new StringBuilder();
        Line(text, "".PadLeft(width), "precision", "recall", "f1", "support");
        for (var c = 0; c < Classes; c++)
            Row(text, _names[c].PadLeft(width), Of(c));
        Line(text, "accuracy".PadLeft(width), "", "", Number(Accuracy), Count.ToString(CultureInfo.InvariantCulture));
        Row(text, "macro avg".PadLeft(width), Macro);
        Row(text, "weighted avg".PadLeft(width), Weighted);
        return text.ToString();
    }

    private ClassScores Mean(Func<ClassScores, double> weight)
    {
        var all = Enumerable.Range(0, Classes).Select(Of).ToArray();
        var sum = all.Sum(weight);
        double Average(Func<ClassScores, double> value) =>
            sum == 0 ? 0 : all.Sum(scores => weight(scores) * value(scores)) / sum;
        return new(
            Average(scores => scores.Precision), Average(scores => scores.Recall), Average(scores => scores.F1), Count);
    }

    private static double Share(long part, long whole) => whole == 0 ? 0 : (double)part / whole;

    private static void Row(StringBuilder text, string name, ClassScores scores) => Line(
        text, name, Number(scores.Precision), Number(scores.Recall), Number(scores.F1),
        scores.Support.ToString(CultureInfo.InvariantCulture));

    private static void Line(
        StringBuilder text, string name, string precision, string recall, string f1, string support) =>
        text.Append(CultureInfo.InvariantCulture, $"{name} {precision,10} {recall,10} {f1,10} {support,10}\n");

    private static string Number(double value) => value.ToString("0.0000", CultureInfo.InvariantCulture);
}
