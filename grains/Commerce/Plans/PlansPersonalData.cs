using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Engage.Contracts;
using Engage.Contracts.Commerce.Plans;
using Engage.Storage.Books;
using Engage.Storage.Privacy;

namespace Engage.Grains.Commerce.Plans;

/// <summary>
/// What somebody subscribes to, gave and was given. The documents stay under her user id, for accounting; what she
/// wrote and the names of her cards are sealed, and go with her key.
/// </summary>
internal sealed class PlansPersonalData(IBooks books, TipBook tips, IGrainFactory grains) : IPersonalData
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
    };

    public string Section => "plans";

    public async Task<JsonNode?> ExportAsync(UserId user, CancellationToken cancellationToken)
    {
        var patron = grains.GetGrain<IPatronGrain>(user.Value);
        var subscriptions = new List<Subscription>();
        await foreach (var each in SubscriptionDocuments.AllAsync(books, user, cancellationToken))
            subscriptions.Add(each);
        var gifts = await patron.GiftsAsync().WaitAsync(cancellationToken);
        var credits = await patron.CreditsAsync().WaitAsync(cancellationToken);
        var quotes = await patron.QuotesAsync().WaitAsync(cancellationToken);
        var given = await tips.AllAsync(user, cancellationToken);
        if (subscriptions.Count + gifts.Length + credits.Length + quotes.Length + given.Count == 0) return null;

        return new JsonObject
        {
            // A card's token is a means to pay, not a fact about a person.
            ["subscriptions"] = JsonSerializer.SerializeToNode(
                subscriptions.Select(each => each with { Token = null }), Options),
            ["gifts"] = JsonSerializer.SerializeToNode(gifts, Options),
            ["tips"] = JsonSerializer.SerializeToNode(given, Options),
            ["quotes"] = JsonSerializer.SerializeToNode(quotes, Options),
            ["credits"] = JsonSerializer.SerializeToNode(credits, Options),
        };
    }

    /// <summary>Nobody pays for somebody who is gone: all end, however many there are.</summary>
    public async Task EraseAsync(UserId user, CancellationToken cancellationToken)
    {
        await foreach (var subscription in SubscriptionDocuments.AllAsync(books, user, cancellationToken))
            if (subscription.IsLive)
                await grains.GetGrain<ISubscriptionGrain>(subscription.Id).EndAsync().WaitAsync(cancellationToken);
    }
}
