namespace Engage.LoadGen.Reconciling;

/// <summary>Who counts events.</summary>
public enum ActorKind
{
    User,
    Content,
    Creator,
    Community,
}

/// <summary>One actor of the platform, as seen over the protocol.</summary>
public readonly record struct Actor(ActorKind Kind, string Id)
{
    /// <summary>Where its counters are read.</summary>
    public string Path => Kind switch
    {
        ActorKind.User => "v1/activity/users/",
        ActorKind.Content => "v1/contents/",
        ActorKind.Creator => "v1/creators/",
        _ => "v1/communities/",
    } + Uri.EscapeDataString(Id);
}
