using Engage.Contracts;
using Engage.Contracts.Accounts;
using Engage.Contracts.Activity;
using Engage.Contracts.Privacy;
using Engage.Contracts.Rooms;
using Engage.Grains.Tests.Plans;
using Engage.Storage;
using Engage.Storage.Privacy;
using Microsoft.Extensions.DependencyInjection;
using Orleans;
using Orleans.Runtime;

namespace Engage.Grains.Tests.Privacy;

public sealed class RetentionTests
{
    private const string Lin = "u-lin";
    private const string Password = "correct horse battery";
    private readonly MovedTime _time = new();

    [Fact]
    public async Task WhatWasKeptLongEnoughGoesAndTheRestStays()
    {
        await using var platform = await StartAsync();
        await PlantAsync(platform, 1);
        _time.Advance(TimeSpan.FromDays(20));
        var early = await EnforceAsync(platform);
        await PlantAsync(platform, 2);

        _time.Advance(TimeSpan.FromDays(75));
        var later = await EnforceAsync(platform);

        Assert.Equal((0, 0), (early["activityText"], early["people"]));
        // Both sessions, and the first mention.
        Assert.Equal((0, 3), (later["activityText"], later["people"]));
        var mentions = await platform.Grains.GetGrain<IInboxGrain>(Lin).ListAsync();
        Assert.Equal([2], mentions.Select(mention => mention.Seq));
        Assert.Empty(await platform.Grains.GetGrain<IAccountGrain>(Lin).ListSessionsAsync());
        Assert.Equal(["q1", "q2"], await QueriesAsync(platform));
    }

    [Fact]
    public async Task TextsOfEventsGoWithTheirMonthAndCountsStay()
    {
        await using var platform = await StartAsync(("Privacy:Retention:ActivityText", "60.00:00:00"));
        await SearchAsync(platform, "q1");
        // From the end of January to the middle of March, and on to its end plus the period.
        _time.Advance(TimeSpan.FromDays(45));
        await SearchAsync(platform, "q2");
        var early = await EnforceAsync(platform);
        _time.Advance(TimeSpan.FromDays(30));

        var later = await EnforceAsync(platform);
        var again = await EnforceAsync(platform);

        Assert.Equal((0, 1, 0), (early["activityText"], later["activityText"], again["activityText"]));
        Assert.Equal(["nothing", "q2"], await QueriesAsync(platform));
    }

    [Fact]
    public async Task ReminderDoesItOnceADayAndGoesOnAfterARestart()
    {
        await using var platform = await StartAsync();
        await platform.Grains.GetGrain<IRetentionGrain>(IRetentionGrain.Key).StartAsync();
        await EnforceAsync(platform);
        await PlantAsync(platform, 1);
        _time.Advance(TimeSpan.FromDays(91));
        await platform.StopAsync();
        await platform.StartAsync();

        await RemindAsync(platform);
        while ((await platform.Grains.GetGrain<IInboxGrain>(Lin).ListAsync()).Length > 0) await Task.Yield();

        Assert.Empty(await platform.Grains.GetGrain<IAccountGrain>(Lin).ListSessionsAsync());
    }

    [Fact]
    public async Task SourceThatFailsKeepsNoOtherFromIt()
    {
        await using var platform = await StartAsync(
            services => services.Insert(0, ServiceDescriptor.Singleton<IRetainedData>(new Broken())));
        await PlantAsync(platform, 1);
        _time.Advance(TimeSpan.FromDays(91));

        var results = await EnforceAsync(platform);

        Assert.Null(results["broken"]);
        Assert.Equal(2, results["people"]);
    }

    [Fact]
    public async Task PersonWhomItFailsForKeepsNobodyBehindHerFromIt()
    {
        const string Ann = "u-ann";
        await using var platform = await StartAsync();
        await platform.Grains.GetGrain<ISignInGrain>("n-ann").RegisterAsync(
            new(Ann), new("ann", "n-ann", "Ann", Password, null, AccountRules.LanguageDefault));
        await platform.Grains.GetGrain<IAccountGrain>(Ann).SignInAsync(
            new(Password, Codes.None, "s-ann", [1], "a device"));
        await PlantAsync(platform, 1);
        _time.Advance(TimeSpan.FromDays(91));
        var writes = 0;
        platform.Storage.Refuses = name => name == "account" && Interlocked.Increment(ref writes) == 1;

        var failed = await EnforceAsync(platform);
        var mentions = await platform.Grains.GetGrain<IInboxGrain>(Lin).ListAsync();
        var again = await EnforceAsync(platform);

        Assert.Null(failed["people"]);
        Assert.Empty(mentions);
        Assert.Equal(1, again["people"]);
    }

    private Task<TestPlatform> StartAsync(params (string Key, string Value)[] settings) =>
        StartAsync(_ => { }, settings);

    private Task<TestPlatform> StartAsync(
        Action<IServiceCollection> configure, params (string Key, string Value)[] settings) =>
        TestPlatform.StartAsync(
            services =>
            {
                services.AddSingleton<TimeProvider>(_time);
                configure(services);
            },
            [("Accounts:PasswordIterations", "1000"), .. settings]);

    private Mention Mention(int seq) => new(new("r-1"), seq, new(new("u-max"), "Max"), "look", _time.GetUtcNow());

    /// <summary>A session, a mention and a search.</summary>
    private async Task PlantAsync(TestPlatform platform, int number)
    {
        await platform.Grains.GetGrain<ISignInGrain>("n-lin").RegisterAsync(
            new(Lin), new("lin", "n-lin", "Lin", Password, null, AccountRules.LanguageDefault));
        await platform.Grains.GetGrain<IAccountGrain>(Lin).SignInAsync(
            new(Password, Codes.None, $"s-{number}", [(byte)number], "a device"));
        if (number == 1) await InboxRoom.CreateAsync(platform, [Mention(1), Mention(2)]);
        await platform.Grains.GetGrain<IInboxGrain>(Lin).AddAsync(Mention(number));
        await SearchAsync(platform, $"q{number}");
    }

    private async Task SearchAsync(TestPlatform platform, string query) =>
        Assert.Null((await platform.AppendAsync(new ActivityEvent
        {
            EventId = Guid.NewGuid(),
            User = new(Lin),
            Kind = ActivityKind.Searched,
            OccurredAt = _time.GetUtcNow(),
            Attributes = new Dictionary<string, string> { ["query"] = query },
        }))[0].Error);

    /// <summary>What she searched for, as an export has it.</summary>
    private static async Task<string[]> QueriesAsync(TestPlatform platform)
    {
        var activity = platform.Services.GetServices<IPersonalData>().Single(source => source.Section == "activity");
        var exported = await activity.ExportAsync(new(Lin), CancellationToken.None);
        return
        [
            .. exported!["events"]!.AsArray()
                .Select(happened => (string?)happened!["attributes"]?["query"] ?? "nothing"),
        ];
    }

    private static async Task<Dictionary<string, long?>> EnforceAsync(TestPlatform platform) =>
        (await platform.Grains.GetGrain<IRetentionGrain>(IRetentionGrain.Key).EnforceAsync())
        .Results.ToDictionary(result => result.Name, result => result.Removed);

    private static Task RemindAsync(TestPlatform platform) =>
        platform.Grains.GetGrain<IRetentionGrain>(IRetentionGrain.Key).AsReference<IRemindable>()
            .ReceiveReminder("retain", default);

    private sealed class Broken : IRetainedData
    {
        public string Name => "broken";

        public Task<long> ExpireAsync(DateTimeOffset now, CancellationToken cancellationToken) =>
            throw new StorageException("It is away.");
    }
}
