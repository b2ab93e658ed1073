namespace Engage.Storage.Books;

/// <summary>Limits and cursors of lists, alike on both databases.</summary>
internal static class BookPages
{
    public static int Limit(int limit)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(limit);
        return Math.Min(limit, BookEntryRules.PageMax);
    }

    /// <summary>The place that the page lies beyond; the newest page lies before any.</summary>
    public static long Bound(BookQuery query)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(query.After);
        return query is { Newest: true, After: 0 } ? long.MaxValue : query.After;
    }

    /// <param name="found">Up to one more than <paramref name="limit"/>, each with its place.</param>
    /// <param name="limit">Of the page.</param>
    public static BookPage Of(IReadOnlyList<(BookDocument Document, long Place)> found, int limit) => new(
        [.. found.Take(limit).Select(one => one.Document)], found.Count > limit ? found[limit - 1].Place : null);
}
