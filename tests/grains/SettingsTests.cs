using Engage.Grains.Scoring;
using Engage.Recommend;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Engage.Grains.Tests;

/// <summary>What an operator sets is what is used, and a setting that cannot be is told at the start.</summary>
public sealed class SettingsTests
{
    [Theory]
    [InlineData("Scoring:MaxBatchSize", "0")]
    [InlineData("Scoring:Deadline", "00:00:00")]
    [InlineData("Pump:StoreConcurrency", "0")]
    [InlineData("Pump:StoreConcurrencyMax", "1")]
    [InlineData("Model:TurnExamples", "0")]
    [InlineData("Model:StorePeriod", "00:00:00")]
    [InlineData("Exploration:Share", "1.5")]
    [InlineData("Feed:OwnedAge", "00:00:00")]
    [InlineData("Recommender:TowerRate", "-1")]
    [InlineData("Recommender:TowerRate", "NaN")]
    [InlineData("Recommender:RankerHidden:0", "0")]
    [InlineData("Recommender:TowerDecays:0", "1.5")]
    [InlineData("Recommender:CandidatesPerSource", "0")]
    [InlineData("Recommender:Rerank:Fatigue", "-0.5")]
    [InlineData("Recommender:Rerank:PoolPerPlace", "0")]
    [InlineData("Recommender:Rerank:FreshnessHalfLife", "00:00:00")]
    [InlineData("Recommender:Online:EngagementShare", "2")]
    [InlineData("Recommender:Online:JoinWindow", "-00:01:00")]
    public void ASettingOutOfRangeIsNamedAtTheStart(string key, string value)
    {
        using var services = Services((key, value));

        var error = Assert.Throws<OptionsValidationException>(
            () => services.GetRequiredService<IStartupValidator>().Validate());

        Assert.Contains($"{key} is ", error.Message, StringComparison.Ordinal);
        Assert.Contains("must be", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void TheDefaultsHold()
    {
        using var services = Services();

        services.GetRequiredService<IStartupValidator>().Validate();
    }

    [Fact]
    public void AListThatIsSetReplacesTheDefaultAndTheOthersStay()
    {
        using var services = Services(
            ("Recommender:RankerHidden:0", "16"), ("Recommender:Online:EngagementHidden:0", "8"),
            ("Recommender:TrendHalfLivesEvents:0", "50"), ("Recommender:TrendHalfLivesEvents:1", "Infinity"),
            ("Recommender:Rerank:Freshness", "0"), ("Scoring:MaxBatchSize", "7"));

        var options = services.GetRequiredService<IOptions<RecommenderOptions>>().Value;

        Assert.Equal([16], options.RankerHidden);
        Assert.Equal([8], options.Online.EngagementHidden);
        Assert.Equal([50, double.PositiveInfinity], options.TrendHalfLivesEvents);
        Assert.Equal(new RecommenderOptions().TowerDecays, options.TowerDecays);
        Assert.Equal(0, options.Rerank.Freshness);
        Assert.Equal(0.4f, options.Rerank.CreatorRepeat);
        Assert.Equal(7, services.GetRequiredService<IOptions<ScoringOptions>>().Value.MaxBatchSize);
    }

    private static ServiceProvider Services(params (string Key, string Value)[] settings)
    {
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection(settings.ToDictionary(one => one.Key, one => (string?)one.Value)).Build();
        return new ServiceCollection().AddLogging().AddEngageGrains(configuration).BuildServiceProvider();
    }
}
