using Engage.Contracts.Recommending;
using Engage.Grains.Accounts;
using Engage.Grains.Activity;
using Engage.Grains.Catalogue;
using Engage.Grains.Commerce;
using Engage.Grains.Commerce.Plans;
using Engage.Grains.Commerce.Sales;
using Engage.Grains.Economy;
using Engage.Grains.Privacy;
using Engage.Grains.Recommending;
using Engage.Grains.Rooms;
using Engage.Grains.Scoring;
using Engage.Neural;
using Engage.Grains.Users;
using Engage.Recommend;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Engage.Grains;

/// <summary>Registers what the grains need besides an engine and a storage.</summary>
public static class GrainsComposition
{
    private const int StartTriesMax = 10;
    private static readonly TimeSpan StartPause = TimeSpan.FromSeconds(1);

    /// <summary>
    /// Options come from the sections Pump, Model, Scoring, Exploration, Feed, Recommender, Privacy, Rooms, Accounts,
    /// Mail, Commerce and Economy.
    /// </summary>
    public static IServiceCollection AddEngageGrains(this IServiceCollection services, IConfiguration configuration)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddChecked<PumpOptions>(configuration.GetSection("Pump"), options => options.Check());
        services.AddChecked<ModelOptions>(configuration.GetSection("Model"), options => options.Check());
        services.AddChecked<ScoringOptions>(configuration.GetSection("Scoring"), options => options.Checked());
        services.AddChecked<ExplorationOptions>(configuration.GetSection("Exploration"), options => options.Check());
        services.AddChecked<FeedOptions>(configuration.GetSection("Feed"), options => options.Check());
        services.AddChecked<RecommenderOptions>(configuration.GetSection("Recommender"), options => options.Checked());
        services.AddRooms(configuration.GetSection("Rooms"));
        services.AddAccounts(configuration);
        services.AddPrivacy(configuration.GetSection("Privacy"));
        services.AddCommerce(configuration.GetSection("Commerce"));
        services.AddEconomy(configuration.GetSection("Economy"));
        services.AddPlans();
        services.AddSingleton<CatalogueView>();
        services.AddSingleton<ModelBoard>();
        services.TryAddSingleton<IMlpBackend>(ManagedBackend.Instance);
        services.AddSingleton<ScoringThreads>();
        services.AddSingleton<ModelMetrics>();
        services.AddSingleton<LearningThread>();
        services.AddTransient<ModelTrainer>();
        services.AddSingleton<OutlookDesk>();
        services.AddSingleton<FeedComposer>();
        services.AddSingleton<PumpSignals>();
        services.AddSingleton<ModelFollower>();
        return services;
    }

    /// <summary>
    /// Registers what keeps a silo's pumps and its copies of catalogue and model alive. Call it after the engine's
    /// registration: it calls grains.
    /// </summary>
    public static IServiceCollection AddEngageFollowers(this IServiceCollection services) => services
        .AddHostedService(provider => provider.GetRequiredService<PumpSignals>())
        .AddHostedService(provider => provider.GetRequiredService<ModelFollower>())
        .AddHostedService(provider => provider.GetRequiredService<SaleSignals>())
        .AddHostedService<RetentionStart>();

    /// <summary>
    /// Before a silo answers its first caller: the catalogue is read, a model is here to score with, every pump runs.
    /// </summary>
    public static async Task StartEngageAsync(this IServiceProvider services, CancellationToken cancellationToken)
    {
        await WakeModelAsync(services, cancellationToken);
        await services.GetRequiredService<ModelFollower>().FollowAsync(cancellationToken);
        services.GetRequiredService<PumpSignals>().PokeAll();
    }

    /// <summary>The silo that holds it may be on its way out while this one starts.</summary>
    private static async Task WakeModelAsync(IServiceProvider services, CancellationToken cancellationToken)
    {
        var time = services.GetRequiredService<TimeProvider>();
        var model = services.GetRequiredService<IGrainFactory>().GetGrain<IModelGrain>(IModelGrain.Key);
        for (var left = StartTriesMax; ; left--)
        {
            try
            {
                await model.GetProgressAsync().WaitAsync(cancellationToken);
                return;
            }
            catch (Exception exception) when (
                left > 1 && exception is OrleansMessageRejectionException or TimeoutException)
            {
                await Task.Delay(StartPause, time, cancellationToken);
            }
        }
    }
}
