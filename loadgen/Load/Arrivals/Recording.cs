using System.Globalization;

namespace Engage.LoadGen.Load.Arrivals;

/// <summary>
/// Recorded chats (columns stream, ms, author, moderator, chars) as arrivals: each is stretched or squeezed to the
/// length of the run, so many are laid over each other that the rate is reached, and the last is thinned to meet it.
/// Bursts, pauses and who says much stay as they were.
/// </summary>
internal sealed class Recording
{
    private const string Columns = "stream,ms,author,moderator,chars";

    private readonly (double Share, int Author, int Characters)[][] _streams;

    private Recording((double Share, int Author, int Characters)[][] streams) => _streams = streams;

    /// <exception cref="InvalidDataException">A line is not as expected, or there are none.</exception>
    public static Recording Read(string file)
    {
        var streams = File.ReadLines(file).Skip(1).Select((line, index) => Parse(file, line, index + 2))
            .GroupBy(each => each.Stream)
            .Select(Normalize).Where(stream => stream.Length > 1).ToArray();
        return streams.Length > 0
            ? new(streams)
            : throw new InvalidDataException($"{file}: no chat with two messages; expected {Columns}.");
    }

    public IEnumerable<Arrival> ToArrivals(ArrivalSettings settings)
    {
        var random = new Random(settings.Seed);
        var wanted = (int)(settings.Rate * settings.Seconds);
        var arrivals = new List<Arrival>();
        int[] order = [.. Enumerable.Range(0, _streams.Length)];
        random.Shuffle(order);
        for (var i = 0; arrivals.Count < wanted; i++)
        {
            var stream = _streams[order[i % order.Length]];
            var share = Math.Min(1, (wanted - arrivals.Count) / (double)stream.Length);
            var shift = random.Next(settings.Users);
            arrivals.AddRange(
                from message in stream
                where share >= 1 || random.NextDouble() < share
                select new Arrival(
                    message.Share * settings.Seconds, (int)(((uint)message.Author + (uint)shift) % settings.Users),
                    message.Characters));
            // Chance may keep none of a short remainder; near enough is enough.
            if (share < 1)
                break;
        }

        return arrivals.OrderBy(arrival => arrival.Seconds);
    }

    private static (double, int, int)[] Normalize(
        IEnumerable<(string Stream, double Ms, int Author, int Chars)> messages)
    {
        var all = messages.OrderBy(each => each.Ms).ToArray();
        var last = Math.Max(1, all[^1].Ms) * (1 + 1e-9);
        return [.. all.Select(each => (each.Ms / last, each.Author, Math.Max(1, each.Chars)))];
    }

    private static (string Stream, double Ms, int Author, int Chars) Parse(string file, string line, int number)
    {
        var fields = line.Split(',');
        if (fields.Length >= 5
            && double.TryParse(fields[1], CultureInfo.InvariantCulture, out var ms) && ms >= 0
            && int.TryParse(fields[2], CultureInfo.InvariantCulture, out var author)
            && int.TryParse(fields[4], CultureInfo.InvariantCulture, out var chars))
            return (fields[0], ms, author, chars);
        throw new InvalidDataException($"{file}:{number}: found '{line}', expected {Columns}.");
    }
}
