using System.Net;
using Engage.LoadGen.Protocol;

namespace Engage.LoadGen.Tests;

public sealed class RetryPolicyTests
{
    private static readonly RetryOptions Options = new()
    {
        FirstDelay = TimeSpan.FromMilliseconds(100),
        DelayMax = TimeSpan.FromSeconds(1),
        GiveUpAfter = TimeSpan.FromSeconds(30),
        Seed = 5,
    };

    [Fact]
    public void DelaysStayBelowABoundThatDoublesUpToItsMaximum()
    {
        var policy = new RetryPolicy(Options);

        for (var failures = 1; failures < 200; failures++)
        {
            var bound = Math.Min(100 * Math.Pow(2, failures - 1), 1000);
            Assert.InRange(policy.NextDelay(failures, TimeSpan.Zero, null)!.Value.TotalMilliseconds, 0, bound);
        }
    }

    [Fact]
    public void SameSeedGivesTheSameDelays()
    {
        var first = new RetryPolicy(Options);
        var second = new RetryPolicy(Options);

        var delays = Enumerable.Range(1, 20).Select(n => first.NextDelay(n, TimeSpan.Zero, null)).ToArray();

        Assert.Equal(delays, Enumerable.Range(1, 20).Select(n => second.NextDelay(n, TimeSpan.Zero, null)));
        Assert.True(delays.Distinct().Count() > 10);
    }

    [Fact]
    public void ServersWishIsNeverUndercut() => Assert.Equal(
        TimeSpan.FromSeconds(7), new RetryPolicy(Options).NextDelay(1, TimeSpan.Zero, TimeSpan.FromSeconds(7)));

    [Fact]
    public void GivesUpWhenTheNextAttemptWouldStartTooLate()
    {
        var policy = new RetryPolicy(Options);

        Assert.Null(policy.NextDelay(1, TimeSpan.FromSeconds(28), TimeSpan.FromSeconds(3)));
        Assert.Null(policy.NextDelay(9, TimeSpan.FromSeconds(31), null));
    }

    [Theory]
    [InlineData(HttpStatusCode.TooManyRequests, true)]
    [InlineData(HttpStatusCode.ServiceUnavailable, true)]
    [InlineData(HttpStatusCode.BadRequest, false)]
    [InlineData(HttpStatusCode.Conflict, false)]
    [InlineData(HttpStatusCode.UnprocessableEntity, false)]
    public void OnlyOverloadAndFailureAreTransient(HttpStatusCode status, bool transient) =>
        Assert.Equal(transient, RetryPolicy.IsTransient(status));
}
