using Engage.Storage.Sqlite;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Engage.Storage.Tests;

public sealed class StorageKindTests
{
    [Fact]
    public void UnknownKindIsRefusedAndTheKnownOnesNamed()
    {
        var error = Assert.Throws<ArgumentException>(() => Services(new() { ["Kind"] = "oracle" }));

        Assert.Contains("oracle", error.Message, StringComparison.Ordinal);
        Assert.Contains(StorageOptions.Postgres, error.Message, StringComparison.Ordinal);
        Assert.Contains(StorageOptions.Sqlite, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void WithoutAKindItIsAFile() =>
        Assert.Contains(Services([]), service => service.ServiceType == typeof(SqliteDatabase));

    private static IServiceCollection Services(Dictionary<string, string?> settings) => new ServiceCollection()
        .AddEngageStorage(new ConfigurationBuilder().AddInMemoryCollection(settings).Build());
}
