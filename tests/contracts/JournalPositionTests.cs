using Engage.Contracts.Activity;
using FsCheck;
using FsCheck.Fluent;

namespace Engage.Contracts.Tests;

public sealed class JournalPositionTests
{
    [Fact]
    public void EveryPositionReadsBackAsItWasWritten() =>
        Prop.ForAll<NonNegativeInt, NonNegativeInt>((partition, offset) =>
        {
            var position = new JournalPosition(partition.Get, (long)offset.Get << 20);

            return JournalPosition.TryParse(position.ToString(), out var read) && read == position;
        }).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("3")]
    [InlineData(":1")]
    [InlineData("3:")]
    [InlineData("-1:5")]
    [InlineData("3:-5")]
    [InlineData("3:5x")]
    [InlineData(" 3:5")]
    [InlineData("3:99999999999999999999")]
    public void AnythingElseIsRefused(string? text)
    {
        Assert.False(JournalPosition.TryParse(text, out _));
    }
}
