using Engage.Api.Actors;
using Engage.Testing;
using Orleans.Runtime;

namespace Engage.Api.Tests;

public sealed class FailoverTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly Failover _failover;

    public FailoverTests() => _failover = new(new(), _time);

    [Fact]
    public async Task CallIsTriedAgainUntilItsActorAnswersElsewhere()
    {
        var tries = 0;

        var answer = await SteppingAsync(() => _failover.RunAsync(
            () => ++tries < 4 ? throw new SiloUnavailableException("gone") : Task.FromResult(tries),
            CancellationToken.None));

        Assert.Equal(4, answer);
    }

    [Fact]
    public async Task PatienceEndsWithTheFailureItself()
    {
        var tries = 0;
        var began = _time.GetUtcNow();

        await Assert.ThrowsAsync<TimeoutException>(() => SteppingAsync(() => _failover.RunAsync<int>(
            () => throw new TimeoutException($"{++tries}"), CancellationToken.None)));

        Assert.InRange(tries, 5, 15);
        Assert.InRange(_time.GetUtcNow() - began, TimeSpan.FromSeconds(4), new FailoverOptions().Patience);
    }

    [Fact]
    public async Task OtherFailuresAreNotRepeated()
    {
        var tries = 0;

        await Assert.ThrowsAsync<InvalidOperationException>(() => _failover.RunAsync<int>(
            () => throw new InvalidOperationException($"{++tries}"), CancellationToken.None));

        Assert.Equal(1, tries);
    }

    [Fact]
    public async Task CallerWhoLeavesIsNotWaitedFor()
    {
        using var leaving = new CancellationTokenSource();

        var answer = _failover.RunAsync<int>(() => throw new TimeoutException(), leaving.Token);
        await leaving.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => answer);
    }

    /// <summary>
    /// Off the test's own context each pause goes on, and ends in the next try, while the clock is moved.
    /// </summary>
    private Task<T> SteppingAsync<T>(Func<Task<T>> run) => Task.Run(async () =>
    {
        var running = run();
        while (!running.IsCompleted) _time.Advance(TimeSpan.FromMilliseconds(50));
        return await running;
    });
}
