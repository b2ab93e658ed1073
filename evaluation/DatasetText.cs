using System.Globalization;
using System.Text;

namespace Engage.Evaluation;

/// <summary>What is done with text that nobody has vouched for.</summary>
internal static class DatasetText
{
    private const int QuoteMax = 120;

    /// <summary>
    /// UTF-8, in which every byte that is none becomes a character of its own (of the private use area). The usual
    /// replacement makes one of all: two ids in an older encoding that differ in one letter would be the same person.
    /// </summary>
    public static Encoding Encoding { get; } =
        Encoding.GetEncoding("utf-8", EncoderFallback.ReplacementFallback, new ByteFallback());

    /// <summary>A garbled file may be one line without end, or hold what a terminal takes as a command.</summary>
    public static string Quote(string text) => new(
        [.. text.Take(QuoteMax).Select(c => char.IsControl(c) && c != '\t' ? '?' : c)]);

    /// <summary>A number of the file.</summary>
    /// <exception cref="InvalidDataException">It is none.</exception>
    public static double Number(string text, string name, int line) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
        && double.IsFinite(number)
            ? number
            : throw new InvalidDataException($"Line {line}: {name} '{Quote(text)}' is not a number.");

    private sealed class ByteFallback : DecoderFallback
    {
        public override int MaxCharCount => 4;

        public override DecoderFallbackBuffer CreateFallbackBuffer() => new Buffer();
    }

    private sealed class Buffer : DecoderFallbackBuffer
    {
        private const int PrivateUse = 0xF700;

        private byte[] _bytes = [];
        private int _next;

        public override int Remaining => _bytes.Length - _next;

        public override bool Fallback(byte[] bytesUnknown, int index)
        {
            (_bytes, _next) = (bytesUnknown, 0);
            return _bytes.Length > 0;
        }

        public override char GetNextChar() => Remaining > 0 ? (char)(PrivateUse + _bytes[_next++]) : '\0';

        public override bool MovePrevious() => _next > 0 && --_next >= 0;

        public override void Reset() => (_bytes, _next) = ([], 0);
    }
}
