using Engage.Grains.Commerce.Cards;
using Engage.Grains.Commerce.Entitlements;
using Engage.Grains.Commerce.Orders;
using Engage.Grains.Commerce.Sales;
using Engage.Grains.Commerce.Shares;
using Engage.Storage.Privacy;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Engage.Grains.Commerce;

/// <summary>Registers what selling needs besides books and vault.</summary>
internal static class CommerceComposition
{
    private const int SecretLengthMin = 32;

    /// <exception cref="Microsoft.Extensions.Options.OptionsValidationException">At the start, if an option is out of
    /// range.</exception>
    public static IServiceCollection AddCommerce(this IServiceCollection services, IConfiguration section)
    {
        services.AddOptions<CommerceOptions>().Bind(section)
            .Validate(
                options => options.Card.Url.Length == 0
                    || Uri.IsWellFormedUriString(options.Card.Url, UriKind.Absolute),
                "Commerce:Card:Url: expected an absolute address such as http://127.0.0.1:5090, or nothing.")
            .Validate(
                options => options.Card.Url.Length == 0 || options.Card.WebhookSecret.Length >= SecretLengthMin,
                $"Commerce:Card:WebhookSecret: expected at least {SecretLengthMin} characters, as the provider has it.")
            .Validate(
                options => options.PaymentPatience > TimeSpan.Zero && options.TakeUpPeriod > TimeSpan.Zero
                    && options.ReportPeriod > TimeSpan.Zero && options.Card.Timeout > TimeSpan.Zero,
                "Commerce: PaymentPatience, TakeUpPeriod, ReportPeriod and Card:Timeout must be more than nothing.")
            .Validate(
                options => options.RefundUsedMax is >= 0 and <= 1, "Commerce:RefundUsedMax: expected a share, 0 to 1.")
            .Validate(
                options => options is { WrongCodesPerUser: > 0, WrongCodesPerAddress: > 0 },
                "Commerce: WrongCodesPerUser and WrongCodesPerAddress must be more than nothing.")
            .ValidateOnStart();
        services.AddSingleton<Doors>();
        services.AddSingleton<PaymentSecrets>();
        services.AddSingleton<OrderTools>();
        services.AddSingleton<SaleSignals>();
        services.AddSingleton<SaleCommunities>();
        services.AddSingleton<OrderPricing>();
        services.AddSingleton<OwnedSeats>();
        services.AddSingleton<OrderUse>();
        services.AddSingleton<RefundTerms>();
        services.AddSingleton<WatchedShares>();
        services.AddSingleton<IPersonalData, CommercePersonalData>();
        // One connection pool for the life of the process; a provider that moves is found again within minutes.
        services.AddSingleton<ICardProvider>(provider => ActivatorUtilities.CreateInstance<HttpCardProvider>(
            provider,
            new HttpClient(new SocketsHttpHandler { PooledConnectionLifetime = TimeSpan.FromMinutes(5) })
            {
                Timeout = Timeout.InfiniteTimeSpan,
            }));
        return services;
    }
}
