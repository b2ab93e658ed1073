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

    [Fact]
    public void TextThatPostgresCannotKeepIsRefused()
    {
        // Not as theory data: a test runner passes that on as UTF-8, where half a surrogate pair is lost.
        AssertRefused("a\0b", "NUL");
        AssertRefused("\uD83D\uDC69\0", "NUL");
        AssertRefused("\uD83D", "surrogate");
        AssertRefused("\uDC69\uD83D", "surrogate");
        AssertRefused("x\uD83Dy", "surrogate");
        AssertRefused("\uD83D\uDC69\uD83D", "surrogate");
    }

    private static void AssertRefused(string text, string reason)
    {
        var error = Assert.Throws<ArgumentException>(() => PostgresText.Check(text, "The user"));

        Assert.StartsWith("The user", error.Message, StringComparison.Ordinal);
        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
    }
}
