using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Engage.Storage.Tests;

public sealed class PostgresRegistrationTests
{
    [Fact]
    public void MissingConnectionStringStopsTheRegistration()
    {
        var error = Assert.Throws<ArgumentException>(() => Register(("Kind", "postgres")));

        Assert.Contains("ConnectionString", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void UnknownKindIsNamedWithTheKnownOnes()
    {
        var error = Assert.Throws<ArgumentException>(() => Register(("Kind", "oracle")));

        Assert.Contains("'oracle'", error.Message, StringComparison.Ordinal);
        Assert.Contains("sqlite or postgres", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void SchemaStepsAreNumberedFromOneWithoutGaps()
    {
        var steps = Migration.Embedded("Postgres");

        Assert.NotEmpty(steps);
        Assert.Equal(Enumerable.Range(1, steps.Count), steps.Select(step => step.Version));
    }

    private static void Register(params (string Name, string Value)[] settings) =>
        new ServiceCollection().AddEngageStorage(new ConfigurationBuilder()
            .AddInMemoryCollection(
                settings.Select(setting => KeyValuePair.Create(setting.Name, (string?)setting.Value)))
            .Build());
}
