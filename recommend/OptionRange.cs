using System.Globalization;
using System.Runtime.CompilerServices;

namespace Engage.Recommend;

/// <summary>Says which setting is out of range, what it is and what it must be. All checks throw an
/// <see cref="ArgumentException"/>.</summary>
/// <param name="section">Where the settings stand.</param>
public readonly struct OptionRange(string section)
{
    public void AtLeast(double least, double value, [CallerArgumentExpression(nameof(value))] string name = "") =>
        Require(value >= least && double.IsFinite(value), name, value, $"{Text(least)} or more");

    public void Above(double bound, double value, [CallerArgumentExpression(nameof(value))] string name = "") =>
        Require(value > bound && double.IsFinite(value), name, value, $"above {Text(bound)}");

    public void Within(
        double least, double most, double value, [CallerArgumentExpression(nameof(value))] string name = "") =>
        Require(value >= least && value <= most, name, value, $"{Text(least)} to {Text(most)}");

    public void Positive(TimeSpan value, [CallerArgumentExpression(nameof(value))] string name = "") =>
        Require(value > TimeSpan.Zero, name, value, "positive");

    public void Above(
        TimeSpan bound, TimeSpan value, [CallerArgumentExpression(nameof(value))] string name = "") =>
        Require(value > bound, name, value, $"above {bound}");

    public void NotNegative(TimeSpan value, [CallerArgumentExpression(nameof(value))] string name = "") =>
        Require(value >= TimeSpan.Zero, name, value, "not negative");

    /// <param name="countMin">Fewest elements.</param>
    public void Each<T>(
        IReadOnlyList<T> values, int countMin, Func<T, bool> holds, string expected,
        [CallerArgumentExpression(nameof(values))] string name = "")
    {
        Require(values?.Count >= countMin, name, values?.Count ?? 0, $"{countMin} or more elements");
        for (var i = 0; i < values!.Count; i++)
            Require(holds(values[i]), $"{name}:{i}", values[i], expected);
    }

    private void Require(bool holds, string name, object? actual, string expected)
    {
        if (!holds)
            throw new ArgumentException(string.Create(
                CultureInfo.InvariantCulture, $"{section}:{name} is {actual}; it must be {expected}."));
    }

    private static string Text(double bound) => bound.ToString(CultureInfo.InvariantCulture);
}
