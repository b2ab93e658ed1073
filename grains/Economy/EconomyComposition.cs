using Engage.Storage.Privacy;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Engage.Grains.Economy;

internal static class EconomyComposition
{
    private static readonly TimeSpan LateMaxMax = TimeSpan.FromDays(1);

    public static IServiceCollection AddEconomy(this IServiceCollection services, IConfiguration section)
    {
        services.AddOptions<EconomyOptions>().Bind(section)
            .Validate(
                options => options.Levels.Zip(options.Levels.Skip(1)).All(pair => pair.First < pair.Second)
                    && options.Levels.All(threshold => threshold > 0),
                "Economy:Levels: expected points above 0 in rising order.")
            .Validate(
                options => options.LateMax >= TimeSpan.Zero && options.LateMax <= LateMaxMax,
                "Economy:LateMax: expected 0 to 1 day.")
            .Validate(
                options => options is { MinorUnitsPerPoint: > 0, RedeemShareMax: >= 0 and <= 10_000 },
                "Economy: expected MinorUnitsPerPoint above 0, and RedeemShareMax of 0 to 10000 basis points.")
            .Validate(
                options => options.Rules.Values.All(rule => rule is { Points: >= 0, PerDay: >= 0 and <= 1_000 }),
                "Economy:Rules: expected Points of 0 or more, and PerDay of 0 to 1000.");
        services.AddSingleton<PointsZone>();
        services.AddSingleton(provider => new PointsFold(
            provider.GetRequiredService<IOptions<EconomyOptions>>().Value, provider.GetRequiredService<PointsZone>()));
        services.AddSingleton<IPersonalData, PointsPersonalData>();
        return services;
    }
}
