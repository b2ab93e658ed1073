using System.Text;

namespace Engage.Recommend;

/// <summary>
/// One spelling for what readers take for the same: full-width letters and digits, as Chinese keyboards write them,
/// become plain ones, and Latin letters lose their accents, written in one character or two.
/// </summary>
/// <remarks>Rejected: <see cref="string.Normalize()"/>, which leaves everything but ASCII as it is where the runtime
/// carries no culture data, as ours.</remarks>
internal static class TextFolding
{
    private const int FullWidthFirst = 0xFF01;
    private const int FullWidthLast = 0xFF5E;
    private const int FullWidthOffset = 0xFEE0;
    private const int AccentFirst = 0x0300;
    private const int AccentLast = 0x036F;
    private const int LatinFirst = 0x00C0;
    private const int LatinEnd = 0x0180;

    /// <summary>The letters from U+00C0 to U+017F without their accents; those that have none stand for
    /// themselves.</summary>
    private const string Latin =
        "AAAAAAÆCEEEEIIIIÐNOOOOO×OUUUUYÞßaaaaaaæceeeeiiiiðnooooo÷ouuuuyþy" +
        "AaAaAaCcCcCcCcDdDdEeEeEeEeEeGgGgGgGgHhHhIiIiIiIiIiĲĳJjKkĸLlLlLlĿ" +
        "ŀLlNnNnNnŉŊŋOoOoOoŒœRrRrRrSsSsSsSsTtTtTtUuUuUuUuUuUuWwYyYZzZzZzſ";

    /// <summary>The characters of a text, folded; accents of their own are left out.</summary>
    public static IEnumerable<Rune> Fold(string text)
    {
        foreach (var rune in text.EnumerateRunes())
            if (rune.Value is not (>= AccentFirst and <= AccentLast))
                yield return Fold(rune);
    }

    private static Rune Fold(Rune rune) => rune.Value switch
    {
        >= FullWidthFirst and <= FullWidthLast => new(rune.Value - FullWidthOffset),
        >= LatinFirst and < LatinEnd => new(Latin[rune.Value - LatinFirst]),
        _ => rune,
    };
}
