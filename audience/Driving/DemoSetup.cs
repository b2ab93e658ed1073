using Engage.Audience.Catalogue;
using Engage.LoadGen.Protocol;

namespace Engage.Audience.Driving;

/// <summary>Brings catalogue and demo accounts to the platform; what is already there stays as it is.</summary>
internal static class DemoSetup
{
    private const int RequestsAtOnce = 8;

    /// <summary>Creates what does not exist and returns how many entries were new.</summary>
    public static async Task<int> RunAsync(
        EngageClient client, DemoCatalogue catalogue, DemoPeople people, CancellationToken cancellation)
    {
        var created = 0;
        void Count(Creation creation) => created += creation == Creation.Created ? 1 : 0;

        foreach (var community in catalogue.Communities)
            Count(await client.CreateAsync(community, cancellation));
        foreach (var creator in catalogue.Creators)
            Count(await client.CreateAsync(creator, cancellation));
        // In order of publication and in small groups, so that a list in order of creation reads like a history.
        foreach (var group in catalogue.Contents.OrderBy(content => content.PublishedAt).Chunk(RequestsAtOnce))
        {
            var requests = group.Select(content => client.CreateAsync(content, cancellation));
            foreach (var creation in await Task.WhenAll(requests))
                Count(creation);
        }

        foreach (var offer in DemoOffers.Of(catalogue))
            Count(await client.CreateAsync(offer, cancellation));

        foreach (var account in people.Visitors)
            Count(await client.RegisterAsync(account.UserName, account.Password, account.DisplayName, cancellation));
        return created;
    }
}
