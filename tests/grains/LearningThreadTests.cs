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

    /// <summary>The pool begins its threads from wherever it is given work, as nice as that is.</summary>
    [Fact]
    public async Task WhoeverAskedGoesOnElsewhere()
    {
        using var thread = new LearningThread();
        var gate = NewGate();
        Task[] asked =
        [
            thread.Run(() => gate.Task), thread.Run(async () =>
            {
                await gate.Task;
                return 7;
            }),
        ];
        var blocked = thread.Run(() => gate.Task.Wait());
        Task<bool>[] onThePool =
        [
            .. asked.Append(blocked).Append(thread.Run(() => 8)).Select(task => task.ContinueWith(
                _ => Thread.CurrentThread.IsThreadPoolThread, TaskContinuationOptions.ExecuteSynchronously)),
        ];
        gate.SetResult();

        Assert.All(await Task.WhenAll(onThePool), Assert.True);
    }

    [Fact]
    public async Task WhatIsAskedOfOthersIsBegunElsewhere_AndWhatFollowsIsNot()
    {
        using var thread = new LearningThread();

        var (begun, follows) = await thread.Run(async () => (
            await thread.RunElsewhere(() => Task.FromResult(Thread.CurrentThread.Name)), Thread.CurrentThread.Name));

        Assert.Equal(("engage-answering", "engage-learning"), (begun, follows));
    }

    [Fact]
    public async Task WhatWaitsGivesWay_WhatDoesNotIsNotDisturbed()
    {
        using var thread = new LearningThread();
        var gate = NewGate();
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
        var gate = NewGate();
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

    [Fact]
    public async Task WhatIsUnderWayWhenItIsDisposedEnds_AlsoIfNothingWasAnsweredBefore()
    {
        var thread = new LearningThread();
        var (begun, gate) = (NewGate(), NewGate());
        var ended = thread.Run(async () =>
        {
            begun.SetResult();
            await gate.Task;
            return 7;
        });
        await begun.Task;

        thread.Dispose();
        gate.SetResult();

        Assert.Equal(7, await ended.WaitAsync(TimeSpan.FromSeconds(30)));
    }

    private static TaskCompletionSource NewGate() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
