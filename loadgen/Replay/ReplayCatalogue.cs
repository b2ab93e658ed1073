using Engage.LoadGen.Protocol;
using Engage.LoadGen.Reconciling;

namespace Engage.LoadGen.Replay;

/// <summary>
/// Makes the catalogue entries that a data set needs: one community and one creator for the file, and each content just
/// before its first event, so that nothing of the future leaks into a recommendation. Also notes what every actor had
/// counted before the replay, once per actor, for the reconciliation at the end.
/// </summary>
internal sealed class ReplayCatalogue(EngageClient client, string name, EventTally baseline, ReplayState state)
{
    private const string ContentPrefix = "c-";

    private readonly HashSet<Actor> _known = [];
    private readonly Dictionary<string, string> _items = [];

    public Actor Community { get; } = new(ActorKind.Community, $"g-{name}");

    public Actor Creator { get; } = new(ActorKind.Creator, $"k-{name}");

    public static Actor User(string id) => new(ActorKind.User, FileId.ToPlatform("u-", id));

    /// <summary>The actor of a content, whose id <see cref="ItemOf"/> knows from now on, however long.</summary>
    public Actor Content(string id)
    {
        var content = FileId.ToPlatform(ContentPrefix, id);
        _items[content] = id;
        return new(ActorKind.Content, content);
    }

    /// <summary>The file's id of a content; contents that are not of the file keep their whole id.</summary>
    public string ItemOf(string content) =>
        _items.TryGetValue(content, out var item) ? item
        : content.StartsWith(ContentPrefix, StringComparison.Ordinal)
            ? FileId.FromPlatform(content[ContentPrefix.Length..])
            : content;

    /// <summary>Creates community and creator.</summary>
    public async Task OpenAsync(CancellationToken cancellation)
    {
        foreach (var (actor, counters) in state.Baselines)
            Note(actor, counters);
        var title = new Text(En: name);
        await client.CreateAsync(new CommunityMessage(Community.Id, title), cancellation);
        await client.CreateAsync(new CreatorMessage(Creator.Id, title, Communities: [Community.Id]), cancellation);
        await ReadBaselineAsync(Community, cancellation);
        await ReadBaselineAsync(Creator, cancellation);
    }

    /// <summary>Creates the content of an event that is about to be sent, unless it exists.</summary>
    public async Task PrepareAsync(Actor user, Actor content, DateTimeOffset at, CancellationToken cancellation)
    {
        await ReadBaselineAsync(user, cancellation);
        if (_known.Contains(content))
            return;
        var title = new Text(En: FileId.FromPlatform(content.Id[ContentPrefix.Length..]));
        var message = new ContentMessage(content.Id, "course", Creator.Id, Community.Id, title, PublishedAt: at);
        await client.CreateAsync(message, cancellation);
        await ReadBaselineAsync(content, cancellation);
    }

    private async Task ReadBaselineAsync(Actor actor, CancellationToken cancellation)
    {
        if (_known.Contains(actor))
            return;
        var counters = await client.CountersAsync(actor.Path, cancellation);
        Note(actor, counters);
        // Known before the actor's first event is sent: a replay that is cut in between finds it again.
        state.Add(actor, counters);
    }

    private void Note(Actor actor, IReadOnlyDictionary<string, long> counters)
    {
        _known.Add(actor);
        // Also an actor that has counted nothing takes part in the comparison.
        baseline.Add(actor, ServedRecommender.EventKind, 0);
        foreach (var (kind, count) in counters)
            baseline.Add(actor, kind, count);
    }
}
