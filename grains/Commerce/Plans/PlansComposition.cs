using Engage.Grains.Commerce.Orders;
using Engage.Storage.Privacy;
using Microsoft.Extensions.DependencyInjection;

namespace Engage.Grains.Commerce.Plans;

internal static class PlansComposition
{
    /// <summary>Everything that is sold besides the single purchase.</summary>
    public static IServiceCollection AddPlans(this IServiceCollection services)
    {
        services.AddSingleton<PaymentMeansBook>();
        services.AddSingleton<GiftBook>();
        services.AddSingleton<TipBook>();
        services.AddSingleton<IOrderTerms, BundleTerms>();
        services.AddSingleton<IOrderTerms, SubscriptionTerms>();
        services.AddSingleton<IOrderTerms, MemberTerms>();
        services.AddSingleton<IOrderTerms, CouponTerms>();
        services.AddSingleton<IOrderTerms, PointsTerms>();
        services.AddSingleton<IOrderEffects, SubscriptionEffects>();
        services.AddSingleton<CreditTerms>();
        services.AddSingleton<IOrderTerms>(provider => provider.GetRequiredService<CreditTerms>());
        services.AddSingleton<IOrderEffects>(provider => provider.GetRequiredService<CreditTerms>());
        services.AddSingleton<GiftTerms>();
        services.AddSingleton<IOrderTerms>(provider => provider.GetRequiredService<GiftTerms>());
        services.AddSingleton<IOrderEffects>(provider => provider.GetRequiredService<GiftTerms>());
        services.AddSingleton<QuoteBook>();
        services.AddSingleton<IOrderEffects>(provider => provider.GetRequiredService<QuoteBook>());
        services.AddSingleton<IPersonalData, PlansPersonalData>();
        return services;
    }
}
