using Engage.Audience.Catalogue;
using Engage.LoadGen.Protocol;

namespace Engage.Audience.Driving;

/// <summary>An account that visitors may use.</summary>
internal sealed record DemoAccount(string UserName, string Password, string DisplayName);

/// <summary>Brings catalogue and demo accounts to the platform; what is already there stays as it is.</summary>
internal static class DemoSetup
{
    private const int RequestsAtOnce = 8;

    /// <summary>Owns a creator, whose dashboard can be seen with it, and the community with her rooms.</summary>
    public static DemoAccount Teacher { get; } = new("teacher", "engage-demo", "周明远");

    /// <summary>Accounts of a demo on one's own machine; their passwords are printed, not secret.</summary>
    public static IReadOnlyList<DemoAccount> Accounts { get; } =
    [
        new("demo", "engage-demo", "Robin"),
        new("xiaolin", "engage-demo", "小林"),
        Teacher,
    ];

    /// <summary>Creates what does not exist and returns how many entries were new.</summary>
    public static async Task<int> RunAsync(EngageClient client, DemoCatalogue catalogue, CancellationToken cancellation)
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

        foreach (var account in Accounts)
            Count(await client.RegisterAsync(account.UserName, account.Password, account.DisplayName, cancellation));
        return created;
    }
}
