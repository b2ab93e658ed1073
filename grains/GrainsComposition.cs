using Engage.Grains.Activity;
using Engage.Grains.Catalogue;
using Engage.Grains.Recommending;
using Engage.Recommend;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Engage.Grains;

/// <summary>Registers what the grains need besides an engine and a storage.</summary>
public static class GrainsComposition
{
    /// <summary>Options come from the sections Pump, Model, Scoring and Recommender.</summary>
    public static IServiceCollection AddEngageGrains(this IServiceCollection services, IConfiguration configuration)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.Configure<PumpOptions>(configuration.GetSection("Pump"));
        services.Configure<ModelOptions>(configuration.GetSection("Model"));
        services.Configure<ScoringOptions>(configuration.GetSection("Scoring"));
        services.Configure<RecommenderOptions>(configuration.GetSection("Recommender"));
        services.AddSingleton<CatalogueView>();
        services.AddSingleton<ModelBoard>();
        services.AddSingleton<FeedComposer>();
        return services;
    }
}
