using System.Text.Json;

namespace Engage.LoadGen.Load.Dialects;

/// <summary>
/// Reads what rooms send: <c>{ after, to, entries }</c>, the answer to joining <c>{ mode, seq, entries }</c>, or a lone
/// entry. Forward only and without making strings: a page of entries is tens of kilobytes.
/// </summary>
internal static class PushReader
{
    /// <exception cref="InvalidDataException">It is no such JSON.</exception>
    public static Joined Read(ReadOnlySpan<byte> json)
    {
        try
        {
            var reader = new Utf8JsonReader(json);
            reader.Read();
            return Read(ref reader);
        }
        catch (Exception e) when (e is JsonException or FormatException or InvalidOperationException)
        {
            throw new InvalidDataException($"A push that cannot be read: {e.Message}", e);
        }
    }

    private static Joined Read(ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
            throw new InvalidDataException($"A push: expected an object, found {reader.TokenType}.");
        var (mode, after, to, seq, stamp) = ("recent", (long?)null, (long?)null, 0L, 0L);
        List<(long Seq, long Stamp)>? entries = null;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("after"u8)) after = NumberOf(ref reader);
            else if (reader.ValueTextEquals("to"u8)) to = NumberOf(ref reader);
            else if (reader.ValueTextEquals("seq"u8)) seq = NumberOf(ref reader);
            else if (reader.ValueTextEquals("text"u8)) stamp = StampOf(ref reader);
            else if (reader.ValueTextEquals("mode"u8)) mode = TextOf(ref reader);
            else if (reader.ValueTextEquals("entries"u8)) entries = EntriesOf(ref reader);
            else
                reader.Skip();
        }

        // A lone entry follows the one before it.
        if (entries is null && seq > 0 && to is null && after is null && mode == "recent")
            return new(mode, new(seq - 1, seq, [seq], [stamp]));
        entries ??= [];
        return new(mode, new(
            after ?? 0, to ?? seq, [.. entries.Select(each => each.Seq)], [.. entries.Select(each => each.Stamp)]));
    }

    private static List<(long Seq, long Stamp)> EntriesOf(ref Utf8JsonReader reader)
    {
        var entries = new List<(long, long)>();
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartArray)
            throw new InvalidDataException($"entries: expected an array, found {reader.TokenType}.");
        while (reader.Read() && reader.TokenType == JsonTokenType.StartObject)
        {
            var (seq, stamp) = (0L, 0L);
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                if (reader.ValueTextEquals("seq"u8)) seq = NumberOf(ref reader);
                else if (reader.ValueTextEquals("text"u8)) stamp = StampOf(ref reader);
                else
                    reader.Skip();
            }

            entries.Add((seq, stamp));
        }

        return entries;
    }

    private static long NumberOf(ref Utf8JsonReader reader)
    {
        reader.Read();
        return reader.GetInt64();
    }

    private static string TextOf(ref Utf8JsonReader reader)
    {
        reader.Read();
        return reader.GetString() ?? "";
    }

    private static long StampOf(ref Utf8JsonReader reader)
    {
        reader.Read();
        return reader.TokenType == JsonTokenType.String ? Stamp.Read(reader.ValueSpan) : 0;
    }
}
