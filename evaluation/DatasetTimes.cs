using System.Globalization;

namespace Engage.Evaluation;

/// <summary>
/// Reads the times of one file: Unix time as a number, or dates of ISO 8601, without a zone in UTC. A number says by
/// its size which unit it is in, and all lines are in the unit of the first that says one: a file that changes it is
/// two files.
/// </summary>
internal sealed class DatasetTimes
{
    /// <summary>The end of the year 9999, the last that a date can be of. In milliseconds the same number is a day of
    /// 1978, in microseconds of 1970: smaller numbers are of the coarser unit.</summary>
    private const double SecondsMax = 253402300799;

    // A number times Times, divided by Per, is in milliseconds: whole ones stay whole.
    private static readonly (string Name, double Times, double Per)[] Units =
        [("seconds", 1e3, 1), ("milliseconds", 1, 1), ("microseconds", 1, 1e3), ("nanoseconds", 1, 1e6)];

    private int _unit = -1;

    /// <returns>Unix milliseconds.</returns>
    /// <exception cref="InvalidDataException">It is no time, or in another unit than those before.</exception>
    public long AtMs(string text, int line)
    {
        if (!double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var time))
            return DateMs(text, line);
        // Zero is the same moment in every unit.
        if (time == 0)
            return 0;
        var unit = time > 0 ? Array.FindIndex(Units, one => time * one.Times / one.Per <= SecondsMax * 1000) : -1;
        if (unit < 0)
            throw new InvalidDataException(
                $"Line {line}: timestamp '{DatasetText.Quote(text)}' is out of range; expected Unix seconds from 0 to "
                + $"{SecondsMax:F0}, or milliseconds, microseconds or nanoseconds. Times before 1970 are not taken: "
                + "add the same number to all.");
        _unit = _unit < 0 ? unit : _unit;
        return unit == _unit
            ? (long)(time * Units[unit].Times / Units[unit].Per)
            : throw new InvalidDataException(
                $"Line {line}: timestamp '{DatasetText.Quote(text)}' is in {Units[unit].Name}; expected "
                + $"{Units[_unit].Name} as in the lines before.");
    }

    /// <summary>Only dates that begin with the year: 3/4/2020 is two different days.</summary>
    private static long DateMs(string text, int line)
    {
        var trimmed = text.Trim();
        return trimmed.Length >= 10 && trimmed[4] == '-' && DateTimeOffset.TryParse(
            trimmed, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var date)
            && date >= DateTimeOffset.UnixEpoch
            ? date.ToUnixTimeMilliseconds()
            : throw new InvalidDataException(
                $"Line {line}: timestamp '{DatasetText.Quote(text)}' is not a number, nor a date from 1970 on such as "
                + "2020-01-31T12:00:00Z.");
    }
}
