using System.Text.Json;

namespace Engage.Grains.Rooms;

/// <summary>Totals of a poll; which ones there are depends on its kind.</summary>
/// <param name="Counts">Per choice.</param>
/// <param name="Mean">Slider; null while nobody has voted.</param>
/// <param name="Histogram">Slider: votes in ten equal parts of its range.</param>
/// <param name="Words">Most frequent first, ties in order of code units.</param>
internal sealed record PollResults(int Voters, int[]? Counts, double? Mean, int[]? Histogram, WordCount[]? Words)
{
    private static readonly JsonEncodedText VotersName = JsonNames.Name("voters"), MeanName = JsonNames.Name("mean"),
        HistogramName = JsonNames.Name("histogram"), WordsName = JsonNames.Name("words"),
        WordName = JsonNames.Name("word"), CountName = JsonNames.Name("count");

    public void WriteTo(Utf8JsonWriter json)
    {
        WriteVoters(json, Voters);
        if (Counts is not null) json.WriteNumbers(JsonNames.Counts, Counts);
        if (Mean is { } mean) json.WriteNumber(MeanName, mean);
        if (Histogram is not null) json.WriteNumbers(HistogramName, Histogram);
        if (Words is null) return;

        json.WriteStartArray(WordsName);
        foreach (var (word, count) in Words)
        {
            json.WriteStartObject();
            json.WriteString(WordName, word);
            json.WriteNumber(CountName, count);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    public static void WriteVoters(Utf8JsonWriter json, int voters) => json.WriteNumber(VotersName, voters);

    public static PollResults Read(JsonElement json) => new(json.GetProperty("voters").GetInt32(),
        json.ReadNumbers("counts"), json.ReadReal("mean"), json.ReadNumbers("histogram"),
        json.TryGetProperty("words", out var words)
            // Without letters it is of somebody who was erased.
            ? [.. words.EnumerateArray()
                .Select(word => new WordCount(word.ReadText("word"), word.GetProperty("count").GetInt32()))
                .Where(word => word.Word.Length > 0)]
            : null);

    public void Save(BinaryWriter writer)
    {
        writer.Write(Voters);
        writer.WriteAll(Counts ?? [], writer.Write);
        writer.WriteReal(Mean);
        writer.WriteAll(Histogram ?? [], writer.Write);
        writer.Write(Words is not null);
        writer.WriteAll(Words ?? [], word =>
        {
            writer.Write(word.Word);
            writer.Write(word.Count);
        });
    }

    public static PollResults Load(BinaryReader reader)
    {
        var voters = reader.ReadInt32();
        var counts = reader.ReadAll(reader.ReadInt32);
        var mean = reader.ReadReal();
        var histogram = reader.ReadAll(reader.ReadInt32);
        var hasWords = reader.ReadBoolean();
        var words = reader.ReadAll(() => new WordCount(reader.ReadString(), reader.ReadInt32()));
        return new(voters, counts.Length > 0 ? counts : null, mean, histogram.Length > 0 ? histogram : null,
            hasWords ? words : null);
    }

    public bool Equals(PollResults? other) => other is not null && Voters == other.Voters && Mean == other.Mean &&
        Same(Counts, other.Counts) && Same(Histogram, other.Histogram) && Same(Words, other.Words);

    public override int GetHashCode() => Voters;

    private static bool Same<T>(T[]? one, T[]? other) =>
        one is null ? other is null : other is not null && one.AsSpan().SequenceEqual(other);
}

internal readonly record struct WordCount(string Word, int Count);
