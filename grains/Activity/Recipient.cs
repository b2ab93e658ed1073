using Engage.Contracts.Activity;
using Engage.Contracts.Catalogue;
using Engage.Contracts.Economy;
using Engage.Contracts.Recommending;

namespace Engage.Grains.Activity;

/// <summary>Why an actor is told of an event: it is what the event names.</summary>
internal enum Route
{
    User,
    Content,
    Creator,
    Community,
    Points,
}

/// <summary>
/// An actor that events are delivered to. A value: a pump remembers thousands of them from one checkpoint to the next,
/// and each reference would be an object that lives just long enough to be moved.
/// </summary>
internal readonly record struct Recipient(Route Route, string Id)
{
    public IProjectionGrain In(IGrainFactory grains) => Route switch
    {
        Route.User => grains.GetGrain<IUserGrain>(Id),
        Route.Content => grains.GetGrain<IContentGrain>(Id),
        Route.Creator => grains.GetGrain<ICreatorGrain>(Id),
        Route.Community => grains.GetGrain<ICommunityGrain>(Id),
        Route.Points => grains.GetGrain<IPointsGrain>(Id),
        _ => throw new InvalidOperationException($"Route {Route} leads nowhere; extend {nameof(Recipient)}."),
    };
}
