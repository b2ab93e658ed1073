using System.Diagnostics.CodeAnalysis;

namespace Engage.Neural;

/// <summary>Checks of lengths against shapes, with one error text.</summary>
internal static class Shapes
{
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    public static void Require(string name, int expected, int actual)
    {
        if (expected != actual)
            Refuse(name, expected, actual);
    }

    /// <summary>Checks the number of valid steps of each example of a padded batch.</summary>
    /// <param name="lengths">[batch], each 0 to <paramref name="steps"/>; empty where all are full.</param>
    /// <exception cref="ArgumentException">Another number of lengths, or one out of range.</exception>
    public static void RequireLengths(ReadOnlySpan<int> lengths, int batch, int steps)
    {
        if (lengths.IsEmpty)
            return;
        Require(nameof(lengths), batch, lengths.Length);
        foreach (var length in lengths)
            if ((uint)length > (uint)steps)
                throw new ArgumentException($"A length of {length}; expected 0 to {steps} steps.");
    }

    [DoesNotReturn]
    private static void Refuse(string name, int expected, int actual) =>
        throw new ArgumentException($"'{name}' has {actual} elements; its shape asks for {expected}.");
}
