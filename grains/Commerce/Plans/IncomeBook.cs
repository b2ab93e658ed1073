using Engage.Contracts.Commerce.Plans;
using Engage.Storage.Books;

namespace Engage.Grains.Commerce.Plans;

/// <summary>
/// One account's figures at any time. Keeps sums of each day (of UTC) and where in the ledger its postings are, and no
/// postings: what is asked of a part of a day is read again. So memory grows with days, not with sales.
/// </summary>
internal sealed class IncomeBook(IBooks books, string account)
{
    private const int PageLimit = 1_000;
    private readonly IncomeReading _reading = new(books, account);
    private readonly SortedDictionary<DateOnly, Day> _days = [];
    private PostingPlace _through;

    /// <summary>How many days are kept.</summary>
    public int Days => _days.Count;

    /// <summary>Takes in what was posted since.</summary>
    public async Task FollowAsync(CancellationToken cancellationToken)
    {
        IReadOnlyList<PostedLine> page;
        do
        {
            page = await books.PostingsAsync(account, _through, PageLimit, cancellationToken);
            foreach (var posted in page)
            {
                var line = await _reading.LineAsync(posted, cancellationToken);
                var date = DayOf(posted.At);
                if (!_days.TryGetValue(date, out var day)) _days[date] = day = new(_through);
                day.Figures.Add(line);
                _through = day.Last = posted.Place;
            }
        }
        while (page.Count == PageLimit);
    }

    /// <param name="from">Included.</param>
    /// <param name="to">Not included.</param>
    /// <param name="at">What was posted later is not known yet.</param>
    /// <param name="cancellationToken">Ends the reading of parts of days.</param>
    public async Task<Income> SumAsync(
        DateTimeOffset from, DateTimeOffset to, DateTimeOffset at, CancellationToken cancellationToken)
    {
        var (known, within) = (new IncomeFigures(), new IncomeFigures());
        foreach (var (date, day) in _days)
        {
            var (first, last) = BoundsOf(date);
            if (first > at) continue;

            // At most three days are cut: that of the beginning, of the end, and of the time that is asked for.
            if (last > at || Cuts(from, first, last) || Cuts(to, first, last))
                await ReadAsync(date, day, Take, cancellationToken);
            else
            {
                known.Add(day.Figures);
                if (first >= from && last < to) within.Add(day.Figures);
            }
        }
        return IncomeSums.Of(account, known, within, from, to, at);

        void Take(IncomeLine line)
        {
            if (line.At > at) return;
            known.Add(line);
            if (line.At >= from && line.At < to) within.Add(line);
        }
    }

    private async Task ReadAsync(
        DateOnly date, Day day, Action<IncomeLine> take, CancellationToken cancellationToken)
    {
        for (var after = day.Before; after < day.Last;)
        {
            var page = await books.PostingsAsync(account, after, PageLimit, cancellationToken);
            foreach (var posted in page)
                if (posted.Place <= day.Last && DayOf(posted.At) == date)
                    take(await _reading.LineAsync(posted, cancellationToken));
            after = page[^1].Place;
        }
    }

    /// <summary>Whether a border lies within a day, and not at its first moment.</summary>
    private static bool Cuts(DateTimeOffset border, DateTimeOffset first, DateTimeOffset last) =>
        border > first && border <= last;

    private static DateOnly DayOf(DateTimeOffset at) => DateOnly.FromDateTime(at.UtcDateTime);

    /// <summary>Its first moment and its last one.</summary>
    private static (DateTimeOffset First, DateTimeOffset Last) BoundsOf(DateOnly day) => (
        new(day.ToDateTime(TimeOnly.MinValue), TimeSpan.Zero), new(day.ToDateTime(TimeOnly.MaxValue), TimeSpan.Zero));

    /// <param name="before">The place before its first posting.</param>
    private sealed class Day(PostingPlace before)
    {
        public IncomeFigures Figures { get; } = new();
        public PostingPlace Before => before;
        public PostingPlace Last { get; set; }
    }
}
