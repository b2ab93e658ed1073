using Engage.Storage.Postgres;

namespace Engage.Storage.Tests;

public sealed class PostgresTextTests
{
    [Theory]
    [InlineData("")]
    [InlineData("ann")]
    [InlineData("用户 👩‍🏫 café")]
    [InlineData("\uD83D\uDC69")]
    public void WellFormedTextPasses(string text) => PostgresText.Check(text, "The user");

    [Theory]
    [InlineData("a\0b", "NUL")]
    [InlineData("\uD83D\uDC69\0", "NUL")]
    [InlineData("\uD83D", "surrogate")]
    [InlineData("\uDC69\uD83D", "surrogate")]
    [InlineData("x\uD83Dy", "surrogate")]
    [InlineData("\uD83D\uDC69\uD83D", "surrogate")]
    public void TextThatPostgresCannotKeepIsRefused(string text, string reason)
    {
        var error = Assert.Throws<ArgumentException>(() => PostgresText.Check(text, "The user"));

        Assert.StartsWith("The user", error.Message, StringComparison.Ordinal);
        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
    }
}
