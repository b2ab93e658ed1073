using System.Globalization;
using Engage.Contracts;
using Engage.Contracts.Activity;

namespace Engage.Bench.Journal;

/// <summary>
/// What people do, as the journal gets it: four views to one like, 20,000 users of whom few do most, 4,000 contents. An
/// event follows from its number alone, so that ours and the peers write the same bytes.
/// </summary>
internal static class Workload
{
    private const ulong Seed = 20_261_122;
    private const int Users = 20_000, Contents = 4_000, Creators = 300, Communities = 40;

    private static readonly UserId[] UserIds = Ids(Users, "user", id => new UserId(id));
    private static readonly ContentId[] ContentIds = Ids(Contents, "course", id => new ContentId(id));
    private static readonly CreatorId[] CreatorIds = Ids(Creators, "creator", id => new CreatorId(id));
    private static readonly CommunityId[] CommunityIds = Ids(Communities, "community", id => new CommunityId(id));
    private static readonly DateTimeOffset Start = new(2026, 11, 22, 9, 0, 0, TimeSpan.Zero);

    public static ActivityEvent Event(long number)
    {
        var chance = Mix(Seed + (ulong)number);
        // The square of an even draw leans to small numbers: a tenth of the users does a third of it.
        var user = UserIds[(int)(Share(chance) * Share(chance) * Users)];
        var content = (int)(Share(Mix(chance)) * Contents);
        return new()
        {
            EventId = EventId(chance),
            User = user,
            Kind = chance % 5 == 0 ? ActivityKind.Liked : ActivityKind.Viewed,
            Content = ContentIds[content],
            Creator = CreatorIds[content % Creators],
            Community = CommunityIds[content % Communities],
            OccurredAt = Start.AddMilliseconds(number),
        };
    }

    /// <summary>Evenly spread over all ids, as browsers draw them.</summary>
    private static Guid EventId(ulong chance)
    {
        Span<byte> bytes = stackalloc byte[16];
        BitConverter.TryWriteBytes(bytes, Mix(chance + 1));
        BitConverter.TryWriteBytes(bytes[8..], Mix(chance + 2));
        return new(bytes);
    }

    /// <summary>0 inclusive to 1 exclusive.</summary>
    private static double Share(ulong chance) => (chance >> 11) * (1.0 / (1UL << 53));

    /// <summary>SplitMix64's finalizer: neighbours in, strangers out.</summary>
    private static ulong Mix(ulong value)
    {
        value += 0x9E3779B97F4A7C15;
        value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9;
        value = (value ^ (value >> 27)) * 0x94D049BB133111EB;
        return value ^ (value >> 31);
    }

    private static T[] Ids<T>(int count, string prefix, Func<string, T> toId) =>
        [.. Enumerable.Range(0, count).Select(n => toId(string.Create(CultureInfo.InvariantCulture, $"{prefix}-{n}")))];
}
