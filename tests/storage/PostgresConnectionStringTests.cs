using Engage.Storage.Postgres;
using Npgsql;

namespace Engage.Storage.Tests;

public sealed class PostgresConnectionStringTests
{
    [Fact]
    public void UrlNamesUserHostPortAndDatabase()
    {
        var settings = PostgresConnectionString.Parse(
            "postgres://ann:s%40cret%2F%3A@db.example:6543/engage?sslmode=require");

        Assert.Equal(
            ("ann", "s@cret/:", "db.example", 6543, "engage", SslMode.Require),
            (settings.Username, settings.Password, settings.Host, settings.Port, settings.Database, settings.SslMode));
    }

    [Theory]
    [InlineData("postgresql://db/engage", "db", 5432, "engage")]
    [InlineData("postgres://[::1]:5433/e", "::1", 5433, "e")]
    [InlineData("Host=db;Port=5434;Database=x", "db", 5434, "x")]
    [InlineData("Server=db;Database=x", "db", 5432, "x")]
    public void HostPortAndDatabaseAreRead(string text, string host, int port, string database)
    {
        var settings = PostgresConnectionString.Parse(text);

        Assert.Equal((host, port, database), (settings.Host, settings.Port, settings.Database));
    }

    [Theory]
    [InlineData("sslmode=verify-full", "VerifyFull")]
    [InlineData("sslmode=disable", "Disable")]
    public void SslModeIsReadAsOtherToolsWriteIt(string parameter, string mode) =>
        Assert.Equal(mode, PostgresConnectionString.Parse($"postgres://u:p@h/d?{parameter}").SslMode.ToString());

    [Fact]
    public void OtherParametersOfTheUrlReachTheDriver()
    {
        var settings = PostgresConnectionString.Parse(
            "postgres://h/d?connect_timeout=7&application_name=a%20b&Maximum%20Pool%20Size=9&user=ann");

        Assert.Equal((7, "a b", 9, "ann"),
            (settings.Timeout, settings.ApplicationName, settings.MaxPoolSize, settings.Username));
    }

    [Theory]
    [InlineData("postgres://ann:hush@db:port/engage")]
    [InlineData("postgres://ann:hush@db/engage?nonsense=1")]
    [InlineData("postgres://ann:hush@db/engage?sslmode=hush")]
    [InlineData("Host=db;Password=hush;Nonsense=1")]
    [InlineData("Host=db;Port=hush;Password=hush")]
    [InlineData("hush")]
    [InlineData("Password=hush;Database=x")]
    public void WrongTextIsExplainedWithoutThePassword(string text)
    {
        var error = Assert.Throws<ArgumentException>(() => PostgresConnectionString.Parse(text));

        Assert.DoesNotContain("hush", error.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null)]
    [InlineData(" ")]
    public void MissingTextIsNamed(string? text)
    {
        var error = Assert.Throws<ArgumentException>(() => PostgresConnectionString.Parse(text));

        Assert.Contains("ConnectionString", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void DescriptionHasNoCredentials()
    {
        var settings = PostgresConnectionString.Parse("postgres://ann:hush@db/engage");

        Assert.Equal("'engage' on db:5432", PostgresConnectionString.Describe(settings));
    }

    [Fact]
    public void OnlyWhatTheOperatorSaidCountsAsGiven()
    {
        var settings = PostgresConnectionString.Parse("postgres://h/d?Maximum%20Pool%20Size=9");

        Assert.True(PostgresConnectionString.IsGiven(settings, "Maximum Pool Size"));
        Assert.False(PostgresConnectionString.IsGiven(settings, "Timeout"));
    }
}
