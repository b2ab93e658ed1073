using System.Collections.Concurrent;
using System.Globalization;
using Engage.Contracts;
using Engage.Contracts.Activity;
using Engage.Contracts.Privacy;
using Engage.Contracts.Recommending;
using Engage.Storage;
using Microsoft.Extensions.DependencyInjection;
using Orleans;
using static Engage.Grains.Tests.TestPlatform;

namespace Engage.Grains.Tests;

public sealed class ConsentTests
{
    private const string Lin = "u-lin";
    private static readonly ConsentDecision Withdrawal =
        new(Purposes.None, Purposes.Personalization, ConsentSource.User);

    private static readonly ConsentDecision Given =
        new(Purposes.Personalization, Purposes.Personalization, ConsentSource.User);

    private readonly ModelWatch _model = new();

    [Fact]
    public async Task ModelReceivesNothingOfWhatHappensAfterAWithdrawal()
    {
        await using var platform = await StartAsync();
        await platform.AppendAsync(Event(Lin, "c-1"), Event("u-max", "c-1"));
        await platform.UntilAsync(partition => partition.Applied == partition.Head);
        var before = _model.ExamplesOf(Lin);

        await ConsentOf(platform).DecideAsync(Withdrawal);
        await platform.AppendAsync(
            Event(Lin, "c-2"), Event(Lin, "c-3", ActivityKind.Impression), Event(Lin, "c-3", ActivityKind.Clicked),
            Event(Lin, "c-1", ActivityKind.Rated) with { Value = 5 }, Event("u-max", "c-2"));
        await platform.UntilAsync(partition => partition.Applied == partition.Head);

        Assert.Equal((1, 1), (before, _model.ExamplesOf(Lin)));
        Assert.Equal(2, _model.ExamplesOf("u-max"));
        var activity = await platform.Grains.GetGrain<IUserGrain>(Lin).GetActivityAsync();
        Assert.Empty(activity.Recent);
        Assert.Equal(2, activity.Counters[ActivityKind.Viewed]);
    }

    [Fact]
    public async Task EventsThatWaitedInTheJournalWhenConsentWasWithdrawnAreNotLearned()
    {
        await using var platform = await StartAsync(("Pump:CheckpointPeriod", "01:00:00"));
        await AppendUnseenAsync(platform, Event(Lin, "c-1"), Event(Lin, "c-2", ActivityKind.Liked));

        await ConsentOf(platform).DecideAsync(Withdrawal);
        await PumpAsync(platform);

        Assert.Equal(0, _model.ExamplesOf(Lin));
        Assert.Empty((await platform.Grains.GetGrain<IUserGrain>(Lin).GetActivityAsync()).Recent);
    }

    [Fact]
    public async Task ExamplesOnTheirWayToTheModelWhenConsentWasWithdrawnAreNotLearned()
    {
        await using var platform = await StartAsync();
        var partition = platform.Services.GetRequiredService<IActivityJournal>().PartitionOf(new(Lin));
        var user = platform.Grains.GetGrain<IUserGrain>(Lin);
        var model = platform.Grains.GetGrain<IModelGrain>(IModelGrain.Key);
        var examples = await user.ApplyAsync(new(partition, [new(1, Event(Lin, "c-1")), new(2, Event(Lin, "c-2"))]));

        await ConsentOf(platform).DecideAsync(Withdrawal);
        var learned = await model.LearnAsync(new(partition, 0, 2, examples));

        Assert.Equal((2, 2L), (examples.Length, learned));
        Assert.Equal(0, (await model.GetProgressAsync()).Examples);
    }

    [Fact]
    public async Task ImpressionsThatWaitForTheirOutcomeAreDroppedForGood()
    {
        await using var platform = await StartAsync();
        await platform.AppendAsync(
            Event(Lin, "c-1", ActivityKind.Impression), Event("u-max", "c-1", ActivityKind.Impression));
        await platform.UntilAsync(partition => partition.Applied == partition.Head);
        var model = platform.Grains.GetGrain<IModelGrain>(IModelGrain.Key);
        var before = (await model.GetReportAsync()).Engagement.Waiting;

        await ConsentOf(platform).DecideAsync(Withdrawal);
        await platform.StopAsync();
        await platform.StartAsync();

        var after = await platform.Grains.GetGrain<IModelGrain>(IModelGrain.Key).GetReportAsync();
        Assert.Equal((2, 1), (before, after.Engagement.Waiting));
    }

    [Fact]
    public async Task WhatWasDoneWithoutConsentIsNotLearnedWhenItIsGivenAgain()
    {
        await using var platform = await StartAsync(("Pump:CheckpointPeriod", "01:00:00"));
        await ConsentOf(platform).DecideAsync(Withdrawal);
        await AppendUnseenAsync(platform, Event(Lin, "c-1"));

        await ConsentOf(platform).DecideAsync(Given);
        await AppendUnseenAsync(platform, Event(Lin, "c-2"));
        await PumpAsync(platform);

        Assert.Equal(1, _model.ExamplesOf(Lin));
        var activity = await platform.Grains.GetGrain<IUserGrain>(Lin).GetActivityAsync();
        Assert.Equal(["c-2"], activity.Recent.Select(recent => recent.Content.Value));
    }

    [Fact]
    public async Task WithoutConsentTheFeedIsThatOfANewcomer()
    {
        await using var platform = await StartAsync();
        for (var i = 0; i < 30; i++) await platform.AppendAsync(Event($"u-{i}", $"c-{1 + (i % 3)}"));
        await platform.AppendAsync(
            Event(Lin, "c-9", ActivityKind.Liked), Event(Lin, "c-8", ActivityKind.Purchased),
            Event(Lin, "c-1", ActivityKind.Dismissed));
        await platform.UntilAsync(partition => partition.Applied == partition.Head);
        var own = await FeedAsync(platform, Lin);

        await ConsentOf(platform).DecideAsync(Withdrawal);

        var newcomers = await FeedAsync(platform, "u-new");
        Assert.Equal(newcomers, await FeedAsync(platform, Lin));
        Assert.NotEqual(newcomers, own);
        Assert.DoesNotContain("c-9", own);
    }

    [Fact]
    public async Task DecisionsOutliveARestartAndAreKeptWithTheirHistory()
    {
        await using var platform = await StartAsync();
        await ConsentOf(platform).DecideAsync(
            new(Purposes.Personalization | Purposes.Analytics, Purposes.All, ConsentSource.Registration));
        await ConsentOf(platform).DecideAsync(Withdrawal);

        await platform.StopAsync();
        await platform.StartAsync();

        var view = await ConsentOf(platform).GetAsync();
        Assert.Equal(Purposes.Analytics, view.Given);
        Assert.NotNull(view.DecidedAt);
        Assert.Equal(
            [
                (Purposes.Personalization, false, ConsentSource.User),
                (Purposes.Marketing, false, ConsentSource.Registration),
                (Purposes.Analytics, true, ConsentSource.Registration),
                (Purposes.Personalization, true, ConsentSource.Registration),
            ],
            view.History.Select(change => (change.Purpose, change.Given, change.Source)));
    }

    [Fact]
    public async Task WhoRegistersWithoutConsentHasNoneAndUnknownUsersHaveWhatTheSettingSays()
    {
        await using var open = await StartAsync();
        await using var strict = await StartAsync(("Privacy:ConsentOfUnknownUsers", "false"));

        await ConsentOf(open).DecideAsync(new(Purposes.None, Purposes.All, ConsentSource.Registration));

        Assert.Equal(Purposes.None, (await ConsentOf(open).GetAsync()).Given);
        Assert.Equal(Purposes.All, (await ConsentOf(open, "u-unknown").GetAsync()).Given);
        Assert.Equal(Purposes.None, (await ConsentOf(open, "u-guest-1").GetAsync()).Given);
        Assert.Equal(Purposes.None, (await ConsentOf(strict, "u-unknown").GetAsync()).Given);
    }

    private async Task<TestPlatform> StartAsync(params (string, string)[] settings)
    {
        var platform = await TestPlatform.StartAsync(
            services => services.AddSingleton<IIncomingGrainCallFilter>(_model), settings);
        await platform.CreateContentsAsync(10);
        return platform;
    }

    private static IConsentGrain ConsentOf(TestPlatform platform, string user = Lin) =>
        platform.Grains.GetGrain<IConsentGrain>(user);

    /// <summary>Durable, but the pump has not been told.</summary>
    private static async Task AppendUnseenAsync(TestPlatform platform, params ActivityEvent[] events) =>
        await platform.Services.GetRequiredService<IActivityJournal>().AppendAsync(events, default);

    private static async Task PumpAsync(TestPlatform platform)
    {
        for (var partition = 0; partition < 8; partition++)
            await platform.Grains
                .GetGrain<IActivityPartitionGrain>(partition.ToString(CultureInfo.InvariantCulture)).PokeAsync();
        await platform.UntilAsync(partition => partition.Applied == partition.Head);
    }

    private static async Task<string[]> FeedAsync(TestPlatform platform, string user)
    {
        var feed = await platform.Grains.GetGrain<IUserGrain>(user)
            .GetFeedAsync(new(8, null) { Explore = false }, CancellationToken.None);
        return [.. feed.Items.Select(item => item.Content.Value)];
    }

    /// <summary>What reaches the model, by user.</summary>
    private sealed class ModelWatch : IIncomingGrainCallFilter
    {
        private readonly ConcurrentDictionary<(string, int, long), bool> _received = [];

        public int ExamplesOf(string user) => _received.Keys.Count(key => key.Item1 == user);

        public Task Invoke(IIncomingGrainCallContext context)
        {
            if (context.MethodName == nameof(IModelGrain.LearnAsync)
                && context.Request.GetArgument(0) is LearningBatch batch)
                foreach (var example in batch.Examples)
                    _received.TryAdd((example.User.Value, batch.Partition, example.Offset), true);
            return context.Invoke();
        }
    }
}
