using System.Globalization;
using Engage.LoadGen.Protocol;

namespace Engage.Audience.Catalogue;

/// <summary>
/// The demo's communities, creators and contents, composed from hand-written texts. The same texts give the same
/// catalogue, entry for entry, so that a second start finds everything already there.
/// </summary>
internal sealed class DemoCatalogue
{
    private const int ContentsPerCommunity = 50;
    private const int CompositionSeed = 20261101;
    private static readonly DateTimeOffset Opened = new(2026, 11, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly Texts _texts;

    private DemoCatalogue(Texts texts) => _texts = texts;

    public required IReadOnlyList<CommunityMessage> Communities { get; init; }

    public required IReadOnlyList<CreatorMessage> Creators { get; init; }

    public required IReadOnlyList<ContentMessage> Contents { get; init; }

    /// <summary>Every topic with the id of its community.</summary>
    public IEnumerable<(string Community, Topic Topic)> Topics =>
        _texts.Communities.SelectMany(community => community.Topics.Select(topic => (community.Id, topic)));

    public static DemoCatalogue Compose(Texts texts)
    {
        var random = new Random(CompositionSeed);
        return new(texts)
        {
            Communities = texts.Communities
                .Select(c => new CommunityMessage($"g-{c.Id}", c.Name, c.Description)).ToArray(),
            Creators = texts.Communities.SelectMany(CreatorsOf).ToArray(),
            Contents = texts.Communities.SelectMany(c => ContentsOf(c, texts.Angles, random)).ToArray(),
        };
    }

    /// <summary>
    /// A lecture on a random topic that is announced at <paramref name="now"/>: an item that nobody has seen.
    /// </summary>
    public ContentMessage ComposeNewLecture(Random random, DateTimeOffset now)
    {
        var community = random.GetItems(_texts.Communities.ToArray(), 1)[0];
        var topic = random.GetItems(community.Topics.ToArray(), 1)[0];
        var day = now.ToString("yyyyMMdd-HHmmss", CultureInfo.InvariantCulture);
        return new(
            $"c-{community.Id}-{topic.Tag}-live{day}",
            "lecture",
            CreatorId(community, random.Next(community.Creators.Count)),
            $"g-{community.Id}",
            new(
                Invariant($"{topic.Title.Zh}直播课（{now.Month} 月 {now.Day} 日 {now:HH:mm}）"),
                Invariant($"{topic.Title.En}: live on {now:d MMMM, HH:mm}")),
            new($"新开讲。{topic.About.Zh}", $"Just announced. {topic.About.En}"),
            [topic.Tag, "live"],
            now);
    }

    private static IEnumerable<CreatorMessage> CreatorsOf(CommunityText community) =>
        community.Creators.Select((creator, index) => new CreatorMessage(
            CreatorId(community, index), creator.Name, creator.About, [$"g-{community.Id}"]));

    private static IEnumerable<ContentMessage> ContentsOf(
        CommunityText community, IReadOnlyList<Angle> angles, Random random)
    {
        var perTopic = community.Topics.Select(_ => Shuffled(angles, random)).ToArray();
        for (var i = 0; i < ContentsPerCommunity; i++)
        {
            var topic = i % community.Topics.Count;
            var round = i / community.Topics.Count;
            yield return Content(community, community.Topics[topic], perTopic[topic][round], round + 1, random);
        }
    }

    private static ContentMessage Content(CommunityText community, Topic topic, Angle angle, int number, Random random)
    {
        var amount = random.Next(6, 25);
        var publishedAt = Opened - TimeSpan.FromHours(random.Next(24, 24 * 400));
        return new(
            Invariant($"c-{community.Id}-{topic.Tag}-{number}"),
            angle.Kind,
            CreatorId(community, random.Next(community.Creators.Count)),
            $"g-{community.Id}",
            Fill(angle.Title, topic.Title, amount),
            new(
                topic.About.Zh + Fill(angle.About, topic.Title, amount).Zh,
                $"{topic.About.En} {Fill(angle.About, topic.Title, amount).En}"),
            [topic.Tag, community.Id],
            publishedAt);
    }

    private static Text Fill(Text pattern, Text topic, int amount) => new(
        string.Format(CultureInfo.InvariantCulture, pattern.Zh!, topic.Zh, amount),
        string.Format(CultureInfo.InvariantCulture, pattern.En!, topic.En, amount));

    private static Angle[] Shuffled(IReadOnlyList<Angle> angles, Random random)
    {
        var copy = angles.ToArray();
        random.Shuffle(copy);
        return copy;
    }

    private static string CreatorId(CommunityText community, int index) => Invariant($"k-{community.Id}-{index + 1}");

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);
}
