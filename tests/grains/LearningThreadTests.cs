using Engage.Grains.Recommending;

namespace Engage.Grains.Tests;

public sealed class LearningThreadTests
{
    [Fact]
    public async Task OneThreadRunsItAll_AlsoWhatFollowsAnAwait()
    {
        using var thread = new LearningThread();
        var threads = new HashSet<string?>();

        await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => thread.Run(async () =>
        {
            threads.Add(Thread.CurrentThread.Name);
            await Task.Run(() => { });
            threads.Add(Thread.CurrentThread.Name);
            await Task.Yield();
            threads.Add(Thread.CurrentThread.Name);
        })));

        Assert.Equal(["engage-learning"], threads);
    }

    [Fact]
    public async Task WhatWaitsGivesWay_WhatDoesNotIsNotDisturbed()
    {
        using var thread = new LearningThread();
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var order = new List<string>();

        var waiting = thread.Run(async () =>
        {
            order.Add("begins");
            await gate.Task;
            order.Add("ends");
        });
        await thread.Run(() => order.Add("meanwhile"));
        gate.SetResult();
        await waiting;

        Assert.Equal(["begins", "meanwhile", "ends"], order);
    }

    [Fact]
    public async Task FailuresGoToWhoeverAsked_AndTheThreadGoesOn()
    {
        using var thread = new LearningThread();

        await Assert.ThrowsAsync<InvalidOperationException>(
            () => thread.Run(() => throw new InvalidOperationException("first")));

        Assert.Equal(7, await thread.Run(() => 7));
    }

    [Fact]
    public async Task WhatIsUnderWayWhenItIsDisposedEnds()
    {
        var thread = new LearningThread();
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var ended = thread.Run(async () =>
        {
            await gate.Task;
            return 7;
        });
        await thread.Run(() => { });

        thread.Dispose();
        gate.SetResult();

        Assert.Equal(7, await ended);
    }
}
