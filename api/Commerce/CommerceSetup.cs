using Engage.Api.Accounts;
using Engage.Api.Actors;
using Engage.Api.Commerce.Plans;
using Engage.Api.Realtime.Transport;
using Microsoft.AspNetCore.SignalR;

namespace Engage.Api.Commerce;

/// <summary>All of commerce that people reach; docs/protocol.md, "Commerce".</summary>
internal static class CommerceSetup
{
    public static void AddCommerce(this WebApplicationBuilder builder)
    {
        builder.Services.Configure<CardAddressOptions>(builder.Configuration.GetSection("Commerce:Card"));
        builder.Services.AddSingleton<CardWebhooks>();
        builder.Services.AddSingleton<SellerAccess>();
        builder.Services.AddSingleton<CodeGuesses>();
        builder.Services.AddSingleton<TipNotice>();
        builder.Services.AddSingleton<Admission>();
        builder.Services.AddSingleton<EntitlementsGateway>();
        builder.Services.AddSingleton<EntitlementsDoor>();
        builder.Services.AddHostedService(services => services.GetRequiredService<EntitlementsGateway>());
    }

    public static void MapCommerce(this WebApplication app)
    {
        app.MapOffers();
        app.MapOrders();
        app.MapChargebacks();
        app.MapRefunds();
        app.MapWallet();
        app.MapInvoices();
        app.MapEntitlements();
        app.MapSubscriptions();
        app.MapCoupons();
        app.MapExtras();
        app.MapQuotes();
        app.MapIncome();
        CardWebhooks.MapCardWebhooks(app);
    }
}

/// <summary>The hub's way to what the caller may open.</summary>
internal sealed class EntitlementsDoor(EntitlementsGateway gateway, Failover failover)
{
    public Task<LibraryAnswer> WatchAsync(HubCallerContext caller) => failover.RunAsync(
        () => gateway.WatchAsync(caller.User!.UserId()!.Value, caller.Features.Get<IOutboxFeature>()!.Outbox),
        caller.ConnectionAborted);

    public Task LeaveAsync(HubCallerContext caller) => caller.User?.UserId() is { } user
        ? gateway.LeaveAsync(user, caller.ConnectionId)
        : Task.CompletedTask;
}
