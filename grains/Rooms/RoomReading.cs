using Engage.Contracts;
using Engage.Contracts.Rooms;
using Engage.Storage;

namespace Engage.Grains.Rooms;

/// <summary>
/// Pages of a room's log for one audience; from the window where it reaches back so far. What was deleted since it was
/// written is served as a tombstone.
/// </summary>
/// <param name="served">An entry of the log as it may be served now.</param>
internal sealed class RoomReading(RoomId room, RoomWindow window, IRoomLog log, Func<LoggedEntry, LoggedEntry> served)
{
    /// <summary>Rows looked through for one page: of a flood of votes nobody sees anything.</summary>
    private const int ScanMax = 10_000;

    public Task<RoomPage> ReadAsync(RoomPageRequest request, CancellationToken cancellationToken)
    {
        var limit = Math.Clamp(request.Limit, 1, RoomPageRequest.LimitMax);
        if (request.After is not { } after)
            return BackAsync(request.Before ?? long.MaxValue, limit, request.Audience, cancellationToken);

        return window.ReadAfter(Math.Max(0, after), limit, request.Audience, out var more) is { } page
            ? Task.FromResult(new RoomPage(page, more ? page[^1].Seq : Math.Max(after, window.Seq), more))
            : ForwardAsync(Math.Max(0, after), limit, request.Audience, cancellationToken);
    }

    /// <summary>Single entries for everyone, in order; without those that are not there.</summary>
    /// <exception cref="ArgumentException">They are too many.</exception>
    public async Task<LoggedEntry[]> ReadEachAsync(long[] seqs, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(seqs.Length, RoomPageRequest.LimitMax, nameof(seqs));
        var found = new List<LoggedEntry>(seqs.Length);
        foreach (var seq in seqs.Order())
        {
            var page = await ReadAsync(new(seq - 1, null, 1, RoomAudience.Everyone), cancellationToken);
            if (page.Entries is [var entry] && entry.Seq == seq) found.Add(entry);
        }
        return [.. found];
    }

    private async Task<RoomPage> ForwardAsync(
        long after, int limit, RoomAudience audience, CancellationToken cancellationToken)
    {
        var found = new List<LoggedEntry>();
        for (var scanned = 0; scanned < ScanMax;)
        {
            var rows = await log.ReadAsync(room, after, limit + 1, cancellationToken);
            foreach (var row in rows)
            {
                if (row.Audience <= audience)
                {
                    if (found.Count == limit) return new([.. found], after, More: true);
                    found.Add(served(row));
                }
                after = row.Seq;
            }
            // A short page is no sign of the end: the storage has a bound of its own.
            if (rows.Length == 0 || after >= window.Seq) return new([.. found], after, More: false);
            scanned += rows.Length;
        }
        return new([.. found], after, More: true);
    }

    private async Task<RoomPage> BackAsync(
        long before, int limit, RoomAudience audience, CancellationToken cancellationToken)
    {
        var found = new List<LoggedEntry>();
        for (var scanned = 0; scanned < ScanMax;)
        {
            var rows = await log.ReadBackAsync(room, before, limit + 1, cancellationToken);
            for (var i = rows.Length - 1; i >= 0; i--)
            {
                if (rows[i].Audience <= audience)
                {
                    if (found.Count == limit) return Backwards(found, before, more: true);
                    found.Add(served(rows[i]));
                }
                before = rows[i].Seq;
            }
            if (rows.Length == 0 || before <= 1) return Backwards(found, before, more: false);
            scanned += rows.Length;
        }
        return Backwards(found, before, more: true);
    }

    private static RoomPage Backwards(List<LoggedEntry> found, long through, bool more)
    {
        found.Reverse();
        return new([.. found], through, more);
    }
}
