using Engage.LoadGen.Measure;
using Engage.LoadGen.Protocol;
using Engage.LoadGen.Reconciling;

namespace Engage.Faults.Tests;

/// <summary>A made-up community and a stream of events in it, both determined by the seed.</summary>
internal sealed class SyntheticStream
{
    private const int Users = 40;
    private const int Contents = 60;
    private const int Creators = 6;
    private const int Communities = 3;
    private static readonly Guid EventIdScope = new("b1f4f7b2-5d0e-4c43-8d0d-2d8a4c3f9e60");

    private static readonly string[] Kinds =
    [
        "viewed", "clicked", "impression", "completed", "liked", "commented", "shared", "enrolled", "rated",
        "progressed",
    ];

    public SyntheticStream(int seed, int events)
    {
        var random = new Random(seed);
        Events = Enumerable.Range(0, events).Select(index => Draw(random, seed, index)).ToArray();
    }

    public IReadOnlyList<EventMessage> Events { get; }

    /// <summary>Creates everything that the events speak of.</summary>
    public static async Task CreateCatalogueAsync(EngageClient client, CancellationToken cancellation)
    {
        foreach (var id in Enumerable.Range(0, Communities).Select(CommunityId))
            await client.CreateAsync(new CommunityMessage(id, new(En: id)), cancellation);
        foreach (var number in Enumerable.Range(0, Creators))
            await client.CreateAsync(
                new CreatorMessage(CreatorId(number), new(En: "Creator"), Communities: [CommunityOf(number)]),
                cancellation);
        foreach (var number in Enumerable.Range(0, Contents))
            await client.CreateAsync(
                new ContentMessage(
                    ContentId(number), "course", CreatorId(number % Creators), CommunityOf(number),
                    new(En: $"{number}")),
                cancellation);
    }

    /// <summary>
    /// The actors that count an event: its user, and the content, creator and community that it names or that its
    /// content implies.
    /// </summary>
    public static IEnumerable<Actor> ActorsOf(EventMessage message)
    {
        yield return new(ActorKind.User, message.User);
        if (message.Content is { } content)
        {
            var number = int.Parse(content.AsSpan(2), System.Globalization.CultureInfo.InvariantCulture);
            yield return new(ActorKind.Content, content);
            yield return new(ActorKind.Creator, CreatorId(number % Creators));
            yield return new(ActorKind.Community, CommunityOf(number));
        }
        else if (message.Creator is { } creator)
        {
            yield return new(ActorKind.Creator, creator);
        }
        else if (message.Community is { } community)
        {
            yield return new(ActorKind.Community, community);
        }
    }

    private static EventMessage Draw(Random random, int seed, int index)
    {
        var message = new EventMessage
        {
            EventId = NameBasedId.Create(EventIdScope, $"{seed}/{index}"),
            User = $"u-{random.Next(Users)}",
            Kind = "followed",
            OccurredAt = new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero) + TimeSpan.FromSeconds(index),
        };
        switch (random.Next(12))
        {
            case 0:
                return message with { Creator = CreatorId(random.Next(Creators)) };
            case 1:
                return message with { Kind = "joined", Community = CommunityId(random.Next(Communities)) };
            default:
                var kind = Kinds[random.Next(Kinds.Length)];
                double? value = kind switch { "rated" => random.Next(1, 6), "progressed" => 0.5, _ => null };
                return message with { Kind = kind, Content = ContentId(random.Next(Contents)), Value = value };
        }
    }

    private static string ContentId(int number) => $"c-{number}";

    private static string CreatorId(int number) => $"k-{number}";

    private static string CommunityId(int number) => $"g-{number}";

    private static string CommunityOf(int number) => CommunityId(number % Creators % Communities);
}
