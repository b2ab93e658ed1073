using System.Text.Json;
using Engage.Contracts;
using Engage.Contracts.Rooms;

namespace Engage.Grains.Tests.Rooms;

/// <summary>What was deleted is served to nobody any more, wherever it is read from; its place stays.</summary>
public sealed class RoomErasureTests
{
    public static TheoryData<int, Restart> Places => new()
    {
        { 1_000, Restart.None }, { 1_000, Restart.FromStored }, { 1_000, Restart.FromLog },
        { 1, Restart.None }, { 1, Restart.FromStored }, { 1, Restart.FromLog },
    };

    public enum Restart
    {
        None,
        FromStored,
        FromLog,
    }

    [Theory]
    [MemberData(nameof(Places))]
    public async Task DeletedMessagesAndRemovedQuestionsAreTombstones(int window, Restart restart)
    {
        var (rig, node) = await StartAsync(window);
        var message = await DoAsync(node, "ann", new Say(Guid.NewGuid(), "secret"));
        await DoAsync(node, "ann", new Edit(message, "secret, edited"));
        var question = await DoAsync(node, "bob", new Ask(Guid.NewGuid(), "secret?"));
        await DoAsync(node, "bob", new Edit(question, "secret, edited?"));
        await DoAsync(node, "mod", new AnswerQuestion(question, "the secret is"));
        var kept = await DoAsync(node, "ann", new Say(Guid.NewGuid(), "kept", message));
        await DoAsync(node, "ann", new Delete(message));
        await DoAsync(node, "mod", new Delete(question));

        await RestartAsync(rig, restart);
        var served = await ServedAsync(rig);

        Assert.Equal((await rig.EntriesAsync()).Length, served.Count);
        Assert.Equal(
            [message, message + 1, question, question + 1, question + 2],
            served.Values.Where(entry => entry.TryGetProperty("deleted", out _)).Select(Seq));
        Assert.DoesNotContain(
            served.Values, entry => IsForAll(entry) && $"{entry}".Contains("secret", StringComparison.Ordinal));
        Assert.Equal("kept", served[kept].GetProperty("text").GetString());
        Assert.Equal("ann", served[message].GetProperty("by").GetString());
        Assert.Equal(message, served[message + 1].GetProperty("target").GetInt64());
    }

    [Theory]
    [MemberData(nameof(Places))]
    public async Task ErasedHistoryIsGoneButForAnonymousQuestionsWhichItWouldGiveAway(int window, Restart restart)
    {
        var (rig, node) = await StartAsync(window);
        var message = await DoAsync(node, "ann", new Say(Guid.NewGuid(), "secret"));
        await DoAsync(node, "ann", new Edit(message, "secret, edited"));
        var signed = await DoAsync(node, "ann", new Ask(Guid.NewGuid(), "secret?"));
        var anonymous = await DoAsync(node, "ann", new Ask(Guid.NewGuid(), "whose?", Anonymous: true));
        var other = await DoAsync(node, "bob", new Say(Guid.NewGuid(), "kept"));
        await DoAsync(node, "mod", new Ban(new("ann"), TimeSpan.FromHours(1), null, EraseHistory: true));
        rig.Time.Advance(TimeSpan.FromHours(2));
        rig.Members["ann"] = Standing.Visitor;

        await RestartAsync(rig, restart);
        await rig.TurnAsync(() =>
        {
            rig.Life.StandingChanged(new("ann"), Standing.Visitor);
            return Task.FromResult(0);
        });
        var after = await DoAsync(new RigNode(rig, "n-2"), "ann", new Say(Guid.NewGuid(), "back again"));
        var served = await ServedAsync(rig);

        Assert.Equal(
            [message, message + 1, signed],
            served.Values.Where(entry => entry.TryGetProperty("deleted", out _)).Select(Seq));
        Assert.Equal("whose?", served[anonymous].GetProperty("text").GetString());
        Assert.Equal("kept", served[other].GetProperty("text").GetString());
        Assert.Equal("back again", served[after].GetProperty("text").GetString());
        var questions = Parse((await rig.TurnAsync(() => rig.Life.SnapshotAsync(0))).Json).GetProperty("questions");
        Assert.Equal([$"{anonymous}"], questions.EnumerateObject().Select(question => question.Name));
    }

    [Fact]
    public async Task BeyondTheBoundOlderTextsAreHiddenRatherThanDeletedOnesShown()
    {
        var (rig, node) = await StartAsync(window: 1, rig => rig.Rules.ErasuresRemembered = 2);
        var said = new List<long>();
        for (var i = 0; i < 6; i++) said.Add(await DoAsync(node, "ann", new Say(Guid.NewGuid(), $"text {i}")));
        foreach (var gone in new[] { 1, 3, 4 }) await DoAsync(node, "ann", new Delete(said[gone]));

        await RestartAsync(rig, Restart.FromStored);
        var served = await ServedAsync(rig);

        Assert.Equal(
            [said[0], said[1], said[3], said[4]],
            served.Values.Where(entry => entry.TryGetProperty("deleted", out _)).Select(Seq));
    }

    [Fact]
    public async Task ChangeThatTheCommunityRefusesIsForbiddenAndSaysWhy()
    {
        var (rig, node) = await StartAsync(window: 10);
        rig.Members.Refuses = "ann is an owner by now";

        var outcome = (await node.SubmitAsync(Command("mod", new Ban(new("ann")))))[0];

        Assert.Equal(("forbidden", "ann is an owner by now"), (outcome.Refusal!.Problem, outcome.Refusal.Detail));
        Assert.Single(await rig.EntriesAsync());
    }

    private static async Task<(RoomRig Rig, RigNode Node)> StartAsync(int window, Action<RoomRig>? configure = null)
    {
        var rig = await RoomRig.StartAsync(rig =>
        {
            rig.Options.WindowEntriesMax = window;
            configure?.Invoke(rig);
        });
        rig.Members["mod"] = new Standing { Role = CommunityRole.Moderator };
        return (rig, new RigNode(rig, "n-1"));
    }

    private static Task RestartAsync(RoomRig rig, Restart restart) => restart switch
    {
        Restart.FromStored => rig.ReopenAsync(),
        Restart.FromLog => rig.OpenAsync(),
        _ => Task.CompletedTask,
    };

    private static RoomCommand Command(string user, RoomAction action) => new(RoomRigPeople.Person(user), action);

    private static async Task<long> DoAsync(RigNode node, string user, RoomAction action)
    {
        var outcome = (await node.SubmitAsync(Command(user, action)))[0];
        Assert.Null(outcome.Refusal);
        return outcome.Seq!.Value;
    }

    /// <summary>Every way on which a moderator is served entries must say the same; she sees the most.</summary>
    private static async Task<SortedDictionary<long, JsonElement>> ServedAsync(RoomRig rig)
    {
        var served = new SortedDictionary<long, JsonElement>();
        var forward = await PageAsync(new(0, null, 1_000, RoomAudience.Moderators));
        var back = await PageAsync(new(null, null, 1_000, RoomAudience.Moderators));
        var newest = await PageAsync(new((await rig.EntriesAsync()).Length - 1, null, 1_000, RoomAudience.Moderators));
        var window = (await rig.TurnAsync(() => rig.Life.AttachAsync(new RigNode(rig, "n-9"), "n-9", [], 0))).Window;
        foreach (var entry in (LoggedEntry[])[.. forward, .. back, .. newest, .. window])
        {
            var json = Parse(entry.Json);
            if (served.TryGetValue(entry.Seq, out var before)) Assert.Equal($"{before}", $"{json}");
            served[entry.Seq] = json;
        }
        return served;

        async Task<LoggedEntry[]> PageAsync(RoomPageRequest request) =>
            (await rig.TurnAsync(() => rig.Life.Reading.ReadAsync(request, CancellationToken.None))).Entries;
    }

    private static JsonElement Parse(byte[] json) => JsonSerializer.Deserialize<JsonElement>(json);

    private static long Seq(JsonElement entry) => entry.GetProperty("seq").GetInt64();

    /// <summary>What a moderator deleted is in the audit beside the tombstone, with its text.</summary>
    private static bool IsForAll(JsonElement entry) =>
        entry.GetProperty("kind").GetString() != "deleted" || !entry.TryGetProperty("text", out _);
}
