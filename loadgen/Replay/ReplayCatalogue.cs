using Engage.LoadGen.Protocol;
using Engage.LoadGen.Reconciling;

namespace Engage.LoadGen.Replay;

/// <summary>
/// Makes the catalogue entries that a data set needs: one community and one creator for the file, and each content just
/// before its first event, so that nothing of the future leaks into a recommendation.
/// </summary>
internal sealed class ReplayCatalogue(EngageClient client, string name, EventTally baseline)
{
    private const string ContentPrefix = "c-";

    private readonly HashSet<Actor> _known = [];

    public Actor Community { get; } = new(ActorKind.Community, $"g-{name}");

    public Actor Creator { get; } = new(ActorKind.Creator, $"k-{name}");

    public static Actor User(string id) => new(ActorKind.User, $"u-{id}");

    public static Actor Content(string id) => new(ActorKind.Content, ContentPrefix + id);

    /// <summary>The file's id of a content; contents that are not of the file keep their whole id.</summary>
    public static string ItemOf(string content) =>
        content.StartsWith(ContentPrefix, StringComparison.Ordinal) ? content[ContentPrefix.Length..] : content;

    /// <summary>Creates community and creator.</summary>
    public async Task OpenAsync(CancellationToken cancellation)
    {
        var title = new Text(En: name);
        await client.CreateAsync(new CommunityMessage(Community.Id, title), cancellation);
        await client.CreateAsync(new CreatorMessage(Creator.Id, title, Communities: [Community.Id]), cancellation);
        await Reconciliation.ReadAsync(client, Community, baseline, cancellation);
        await Reconciliation.ReadAsync(client, Creator, baseline, cancellation);
    }

    /// <summary>Creates the content of an event that is about to be sent, unless it exists.</summary>
    public async Task PrepareAsync(Actor user, Actor content, DateTimeOffset at, CancellationToken cancellation)
    {
        if (_known.Add(user))
            await Reconciliation.ReadAsync(client, user, baseline, cancellation);
        if (!_known.Add(content))
            return;
        var message = new ContentMessage(
            content.Id, "course", Creator.Id, Community.Id, new(En: ItemOf(content.Id)), PublishedAt: at);
        if (await client.CreateAsync(message, cancellation) != Creation.Created)
            await Reconciliation.ReadAsync(client, content, baseline, cancellation);
    }
}
