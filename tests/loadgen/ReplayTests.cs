using System.Globalization;
using Engage.Evaluation;
using Engage.LoadGen.Replay;

namespace Engage.LoadGen.Tests;

public sealed class ReplayTests : IDisposable
{
    private const int Events = 60;
    private readonly string _folder = Directory.CreateTempSubdirectory("engage-replay-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task EveryEventIsAcknowledgedAndCountedOnce()
    {
        await using var stub = await StubPlatform.StartAsync();

        var report = await ReplayAsync(stub);

        Assert.Equal((Events, Events), (report.Events, report.Accepted));
        Assert.Equal((0, 0), (report.Lost, report.Doubled));
        Assert.True(report.Complete);
        Assert.InRange(report.Hr10, 0.05, 0.95);
        Assert.InRange(report.RecentPopularity.Hr10, 0.05, 0.95);
    }

    [Fact]
    public async Task LostAcknowledgementsNeitherLoseNorDoubleAnEvent()
    {
        await using var stub = await StubPlatform.StartAsync();
        stub.AfterEvents = (http, batch) =>
        {
            if (batch % 10 == 3)
                http.Abort();
        };

        var report = await ReplayAsync(stub);

        Assert.True(report.Complete);
        Assert.True(stub.Received.Count > Events);
    }

    [Fact]
    public async Task ALostAndADoubledEventAreFound()
    {
        await using var stub = await StubPlatform.StartAsync();
        stub.CountOf = (actor, n) => (actor[0], n) switch
        {
            ('c', 7) => 0,
            ('u', 9) => 2,
            _ => 1,
        };

        var report = await ReplayAsync(stub);

        Assert.Equal((1, 1), (report.Lost, report.Doubled));
        Assert.False(report.Complete);
    }

    [Fact]
    public async Task SecondReplayOfTheSameFileAddsNothing()
    {
        await using var stub = await StubPlatform.StartAsync();
        await ReplayAsync(stub);

        var report = await ReplayAsync(stub);

        Assert.True(report.Complete);
        Assert.Equal(Events, stub.Received.Distinct().Count());
    }

    [Fact]
    public async Task InterruptedReplayGoesOnWithTheMetricsOfTheWhole()
    {
        await using var whole = await StubPlatform.StartAsync();
        await using var parts = await StubPlatform.StartAsync();
        var state = Path.Combine(_folder, "state");
        var expected = await ReplayAsync(whole);

        await ReplayAsync(parts, state, limit: 25);
        await File.AppendAllTextAsync(state, "{\"Served\":[\"1\"");
        var report = await ReplayAsync(parts, state);

        Assert.True(report.Complete);
        Assert.Equal((expected.Hr10, expected.Ndcg10, expected.Mrr), (report.Hr10, report.Ndcg10, report.Mrr));
        Assert.Equal(Events, parts.Batches);
    }

    [Fact]
    public async Task LossOfAnEventOfAnEarlierRunIsFoundByTheOneThatGoesOn()
    {
        await using var stub = await StubPlatform.StartAsync();
        var state = Path.Combine(_folder, "state");
        stub.CountOf = (actor, n) => actor[0] == 'c' && n == 7 ? 0 : 1;
        await ReplayAsync(stub, state, limit: 25);

        var report = await ReplayAsync(stub, state);

        Assert.Equal((Events, 1, 0), (report.Accepted, report.Lost, report.Doubled));
    }

    [Fact]
    public async Task EventWhoseAnswerTheStateMissesIsExpectedNevertheless()
    {
        await using var stub = await StubPlatform.StartAsync();
        var state = Path.Combine(_folder, "state");
        await ReplayAsync(stub, state, limit: 25);
        var lines = await File.ReadAllLinesAsync(state);
        await File.WriteAllLinesAsync(state, [.. lines[..^1], "null"]);

        var report = await ReplayAsync(stub, state);

        Assert.True(report.Complete);
        Assert.Equal(Events + 1, stub.Received.Count);
    }

    [Theory]
    [InlineData("my thesis\n", "not a state")]
    [InlineData("null\n", "not a state")]
    [InlineData("{\"Format\":\"engage-replay-state-1\",\"File\":\"other\"}\n", "another replay")]
    public async Task AnotherFileIsNeverReplacedByAState(string text, string reason)
    {
        await using var stub = await StubPlatform.StartAsync();
        var state = Path.Combine(_folder, "state");
        await File.WriteAllTextAsync(state, text);

        var refused = await Assert.ThrowsAsync<InvalidDataException>(() => ReplayAsync(stub, state));

        Assert.Contains(reason, refused.Message, StringComparison.Ordinal);
        Assert.Equal(text, await File.ReadAllTextAsync(state));
    }

    [Fact]
    public async Task StateWithoutAServerThatStaysIsRefused()
    {
        var settings = new ReplaySettings { File = WriteFile(), Format = DatasetFormat.Recbole, StateFile = "state" };

        var refused = await Assert.ThrowsAsync<ArgumentException>(
            () => new ReplayRun(settings, TimeProvider.System).RunAsync(_ => { }, CancellationToken.None));

        Assert.Contains("--server", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AnyTokenOfTheFileMayBeAnId()
    {
        await using var plain = await StubPlatform.StartAsync();
        await using var odd = await StubPlatform.StartAsync();
        var tail = "/ 书:" + new string('x', 80);

        var expected = await ReplayAsync(plain);
        var report = await ReplayAsync(odd, tail: tail);

        Assert.True(report.Complete);
        Assert.Equal((expected.Hr10, expected.Mrr), (report.Hr10, report.Mrr));
    }

    private async Task<ReplayReport> ReplayAsync(
        StubPlatform stub, string? state = null, int? limit = null, string tail = "")
    {
        var settings = new ReplaySettings
        {
            File = WriteFile(tail),
            Format = DatasetFormat.Recbole,
            Server = stub.Address,
            Account = new("replay", "secret"),
            StateFile = state,
            Limit = limit,
        };
        return await new ReplayRun(settings, TimeProvider.System).RunAsync(_ => { }, CancellationToken.None);
    }

    /// <summary>Ten users who each take some of thirty items, all in the order of the items.</summary>
    private string WriteFile(string tail = "")
    {
        var path = Path.Combine(_folder, "tiny.inter");
        var random = new Random(3);
        var lines = Enumerable.Range(0, Events).Select(i => string.Create(
            CultureInfo.InvariantCulture,
            $"{i % 10}{tail}\t{(i / 2) + random.Next(3)}{tail}\t{1 + random.Next(5)}\t{1000 + i}"));
        File.WriteAllLines(path, lines.Prepend("user_id:token\titem_id:token\trating:float\ttimestamp:float"));
        return path;
    }
}
