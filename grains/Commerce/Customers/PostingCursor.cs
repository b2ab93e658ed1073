using System.Globalization;
using Engage.Storage.Books;

namespace Engage.Grains.Commerce.Customers;

/// <summary>Places in the ledger as cursors of statements.</summary>
internal static class PostingCursor
{
    public static string Format(PostingPlace place) =>
        string.Create(CultureInfo.InvariantCulture, $"{place.Seq}.{place.Line}");

    /// <summary>What is no cursor begins at the beginning; whoever serves people has looked at it before.</summary>
    public static PostingPlace Parse(string? cursor) =>
        cursor?.Split('.') is [var seq, var line]
        && long.TryParse(seq, NumberStyles.None, CultureInfo.InvariantCulture, out var entry)
        && int.TryParse(line, NumberStyles.None, CultureInfo.InvariantCulture, out var at)
            ? new(entry, at)
            : default;
}
