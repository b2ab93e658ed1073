namespace Engage.Neural;

/// <summary>
/// Exact retrieval: for each user of a batch the k items with the greatest inner product. Items stream by once, in
/// blocks that stay in the first cache while all users are scored against them by one matrix product; a score costs one
/// lane of a comparison unless it is among the user's best so far.
/// </summary>
/// <remarks>
/// <para>Of equal scores the lower index wins; an item whose score is NaN or -∞ is never returned. A user's answer has
/// the same bits in any batch: many users lie side by side in the registers (<see cref="UsersAbreast"/>), for few the
/// items do (<see cref="ItemsAbreast"/>), and either way a score is one sum along the dimensions in their order.
/// Nothing is allocated once the buffers have grown to the batch and k; they belong to one caller.</para>
/// <para>Rejected: all scores first and a selection after it, which writes and reads users · items floats; and a heap
/// per user, which costs a walk for every score that enters, where a list that is cut back to k now and then costs a
/// store.</para>
/// </remarks>
public sealed class TopKRetrieval
{
    private readonly BestCandidates _best = new();
    private readonly UsersAbreast _many = new();
    private readonly ItemsAbreast _few = new();
    private int _users;
    private int _dimensions;
    private int _next;

    /// <summary>Searches rows that lie in one block of memory.</summary>
    /// <param name="items">[items, dimensions], row-major.</param>
    /// <param name="users">[users, dimensions], row-major.</param>
    /// <param name="indices">[users, k]: each user's items, best first; -1 where there are fewer than k.</param>
    /// <param name="scores">[users, k]: their scores; -∞ where there are fewer.</param>
    /// <exception cref="ArgumentException">A length is not a multiple of the dimensions, or a result is not [users, k].
    /// </exception>
    public void Search(
        ReadOnlySpan<float> items, ReadOnlySpan<float> users, int dimensions, int k, Span<int> indices,
        Span<float> scores)
    {
        Begin(users, dimensions, k);
        Add(items);
        Finish(indices, scores);
    }

    /// <summary>Searches the rows of a table; its width are the dimensions.</summary>
    /// <inheritdoc cref="Search(ReadOnlySpan{float}, ReadOnlySpan{float}, int, int, Span{int}, Span{float})"/>
    public void Search(
        PagedRows<float> items, ReadOnlySpan<float> users, int k, Span<int> indices, Span<float> scores) =>
        Search(items, users, k, default(EveryItem), indices, scores);

    /// <summary>Searches the rows of a table for what each user may be given.</summary>
    /// <inheritdoc cref="Search(ReadOnlySpan{float}, ReadOnlySpan{float}, int, int, Span{int}, Span{float})"/>
    public void Search<TFilter>(
        PagedRows<float> items, ReadOnlySpan<float> users, int k, TFilter filter, Span<int> indices,
        Span<float> scores)
        where TFilter : struct, ICandidateFilter, allows ref struct
    {
        Begin(users, items.Width, k);
        var pages = (items.Count + items.RowsPerPage - 1) / items.RowsPerPage;
        for (var page = 0; page < pages; page++)
            Add(items.Page(page), page + 1 < pages ? items.Page(page + 1) : [], page == pages - 1, in filter);

        Finish(indices, scores);
    }

    /// <summary>Begins a search whose items come piece by piece.</summary>
    /// <param name="users">[users, dimensions], row-major; copied.</param>
    /// <exception cref="ArgumentException">The users are not rows of so many dimensions.</exception>
    public void Begin(ReadOnlySpan<float> users, int dimensions, int k)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(dimensions, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(k, 1);
        RequireRows(users.Length, dimensions, "Users");
        (_users, _dimensions, _next) = (users.Length / dimensions, dimensions, 0);
        // Whoever has had a large batch is to allocate nothing for a small one.
        _few.Reserve(dimensions);
        if (_users <= ItemsAbreast.UsersMax)
            _few.Begin(users, dimensions);
        else
            _many.Begin(users, dimensions);
        _best.Begin(_users, UsersAbreast.Padded(_users), k);
    }

    /// <summary>The next items, numbered on from those before.</summary>
    /// <param name="items">[items, dimensions], row-major.</param>
    /// <exception cref="ArgumentException">They are not rows of the dimensions that the search began with.</exception>
    public void Add(ReadOnlySpan<float> items) => Add(items, [], isLast: true, default(EveryItem));

    /// <summary>The answers of all items since <see cref="Begin"/>.</summary>
    /// <inheritdoc cref="Search(ReadOnlySpan{float}, ReadOnlySpan{float}, int, int, Span{int}, Span{float})"/>
    public void Finish(Span<int> indices, Span<float> scores) => _best.Finish(indices, scores);

    /// <param name="following">Rows that will be added next, to be asked for already; may be empty.</param>
    /// <param name="isLast">Whether nothing may be left waiting for more items.</param>
    private unsafe void Add<TFilter>(
        ReadOnlySpan<float> items, ReadOnlySpan<float> following, bool isLast, in TFilter filter)
        where TFilter : struct, ICandidateFilter, allows ref struct
    {
        RequireRows(items.Length, _dimensions, "Items");
        var count = items.Length / _dimensions;
        // Pages lie apart, where the hardware's own prefetching does not look.
        CacheLines.Prefetch(following);
        fixed (float* rows = items)
            if (_users <= ItemsAbreast.UsersMax)
                _few.Add(rows, count, _next, isLast, _best, in filter);
            else
                _many.Add(rows, count, _next, _best, in filter);
        _next += count;
    }

    private static void RequireRows(int length, int dimensions, string what)
    {
        if (dimensions == 0 || length % dimensions != 0)
            throw new ArgumentException($"{what} must be rows of {dimensions} floats; got {length} floats.");
    }
}
