using Engage.Contracts;
using Engage.Contracts.Activity;
using Engage.Contracts.Rooms;
using Engage.Grains.Privacy;
using Engage.Storage;
using Microsoft.Extensions.DependencyInjection;

namespace Engage.Grains.Commerce.Orders;

/// <summary>
/// How much of contents somebody has watched, from the journal: the furthest that she progressed, all of what she
/// completed, and of a lecture that is held in a room the part of it that she was there for.
/// </summary>
internal sealed class WatchedShares(
    IActivityJournal journal, PersonalEvents personal, IServiceProvider services, TimeProvider time)
{
    private const int PageLimit = 1_000;
    private const string RoomAttribute = "room";

    // The engine is registered after the grains' own services.
    private IGrainFactory Grains => services.GetRequiredService<IGrainFactory>();

    /// <param name="user">Who watched.</param>
    /// <param name="contents">Of which the shares are wanted.</param>
    /// <param name="since">What was watched before says nothing.</param>
    /// <param name="cancellationToken">Ends the reads.</param>
    /// <returns>0 to 1 each; without those that were not watched at all.</returns>
    public async ValueTask<Dictionary<ContentId, double>> ReadAsync(
        UserId user, HashSet<ContentId> contents, DateTimeOffset since, CancellationToken cancellationToken)
    {
        var shares = new Dictionary<ContentId, double>();
        var visits = new List<ActivityEvent>();
        for (var after = 0L; ;)
        {
            var page = await journal.ReadUserAsync(user, after, PageLimit, cancellationToken);
            if (page.Length == 0) break;
            after = page[^1].Offset;
            foreach (var (_, activity) in page)
            {
                if (activity.Content is not { } content || !contents.Contains(content)
                    || activity.OccurredAt < since) continue;
                if (activity.Kind is ActivityKind.Joined or ActivityKind.Left) visits.Add(activity);
                Raise(shares, content, ShareOf(activity));
            }
        }
        if (visits.Count > 0) await AttendAsync(shares, visits, cancellationToken);
        return shares;
    }

    private static double ShareOf(ActivityEvent activity) => activity.Kind switch
    {
        ActivityKind.Progressed => activity.Value ?? 0,
        ActivityKind.Completed => 1,
        _ => 0,
    };

    private async ValueTask AttendAsync(
        Dictionary<ContentId, double> shares, List<ActivityEvent> visits, CancellationToken cancellationToken)
    {
        var opened = await personal.OpenAsync(visits, cancellationToken);
        var byRoom = opened.Where(visit => visit.Attributes?.ContainsKey(RoomAttribute) == true)
            .GroupBy(visit => visit.Attributes![RoomAttribute]);
        foreach (var room in byRoom)
        {
            var view = IdText.IsValid(room.Key)
                ? await Grains.GetGrain<IRoomGrain>(room.Key).GetAsync().WaitAsync(cancellationToken)
                : null;
            if (view is { StartedAt: { } began, Definition.Content: { } content })
                Raise(shares, content, Attended(room, began, view.EndedAt ?? time.GetUtcNow()));
        }
    }

    /// <summary>The part of the time between two moments that lies within visits.</summary>
    internal static double Attended(IEnumerable<ActivityEvent> visits, DateTimeOffset began, DateTimeOffset ended)
    {
        if (ended <= began) return 0;
        var there = TimeSpan.Zero;
        DateTimeOffset? since = null;
        foreach (var visit in visits.OrderBy(visit => visit.OccurredAt))
        {
            // She may be there with several pages; what was lost of leaving ends with coming again.
            var at = visit.OccurredAt < began ? began : visit.OccurredAt > ended ? ended : visit.OccurredAt;
            if (since is { } from) there += at - from;
            since = visit.Kind == ActivityKind.Joined ? at : null;
        }
        if (since is { } still) there += ended - still;
        return Math.Clamp(there / (ended - began), 0, 1);
    }

    private static void Raise(Dictionary<ContentId, double> shares, ContentId content, double share)
    {
        if (share > shares.GetValueOrDefault(content)) shares[content] = Math.Min(share, 1);
    }
}
