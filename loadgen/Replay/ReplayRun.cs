using Engage.Evaluation;
using Engage.LoadGen.Protocol;
using Engage.LoadGen.Reconciling;
using Engage.LoadGen.Servers;

namespace Engage.LoadGen.Replay;

/// <summary>
/// Streams a recorded data set through the public HTTP API in time order, test-then-train, and afterwards compares what
/// was acknowledged with what every actor counted.
/// </summary>
internal sealed class ReplayRun(ReplaySettings settings, TimeProvider time)
{
    private static readonly TimeSpan DrainPatience = TimeSpan.FromSeconds(60);

    /// <summary>Counters that differ; empty unless the report is incomplete.</summary>
    public IReadOnlyList<Difference> Differences { get; private set; } = [];

    /// <summary>The first few reasons why events were rejected.</summary>
    public IReadOnlyList<string> Rejections { get; private set; } = [];

    public async Task<ReplayReport> RunAsync(Action<PrequentialProgress> progress, CancellationToken cancellation)
    {
        // A server of its own begins empty and knows nothing of earlier runs.
        if (settings is { StateFile: not null, Server: null })
            throw new ArgumentException("--state needs --server: only a server that stays can be gone on with.");
        var events = DatasetReader.Read(settings.File, settings.Format, settings.Limit);
        if (settings is { Server: { } address, Account: { } account })
        {
            using var state = settings.StateFile is { } path
                ? ReplayState.Open(path, StateHeader.Of(settings.File, address))
                : ReplayState.None();
            using var client = Client(address, account);
            await client.WaitReadyAsync(cancellation);
            return await RunAsync(client, events, state, progress, cancellation);
        }

        return await RunOnOwnServerAsync(events, progress, cancellation);
    }

    private async Task<ReplayReport> RunOnOwnServerAsync(
        IReadOnlyList<Interaction> events, Action<PrequentialProgress> progress, CancellationToken cancellation)
    {
        var assembly = settings.ServerAssembly ?? throw new InvalidOperationException(
            "No server to replay against: give --server URL, or the path of Engage.Api.dll in " +
            $"{ServerProcess.PathVariable}.");
        using var state = ReplayState.None();
        await using var server = ServerProcess.Start(assembly);
        try
        {
            using var client = Client(server.Address, server.Account);
            await server.WaitReadyAsync(client, cancellation);
            return await RunAsync(client, events, state, progress, cancellation);
        }
        catch (RequestException e)
        {
            throw new RequestException($"{e.Message}\nThe server's last output:\n{server.LastOutput()}", e.Status, e);
        }
    }

    private EngageClient Client(Uri address, ServiceAccount account) =>
        new(address, account, new(new() { Seed = settings.Seed }), time);

    private async Task<ReplayReport> RunAsync(
        EngageClient client, IReadOnlyList<Interaction> events, ReplayState state,
        Action<PrequentialProgress> progress, CancellationToken cancellation)
    {
        await Reconciliation.WaitDrainedAsync(client, DrainPatience, time, cancellation);
        var name = NameOf(settings.File);
        var baseline = new EventTally();
        var catalogue = new ReplayCatalogue(client, name, baseline, state);
        await catalogue.OpenAsync(cancellation);
        var served = new ServedRecommender(client, name, catalogue, baseline, state, time);
        Contestant[] contestants =
            [new(ServedRecommender.Model, served), new(ServedRecommender.BaselineModel, PopularityBaseline.Recent())];
        var options = new PrequentialOptions { ReportEveryEvents = 20 };

        var began = time.GetTimestamp();
        var result = await PrequentialLoop.RunAsync(events, contestants, options, progress, cancellation);
        var duration = time.GetElapsedTime(began);

        var counted = await Reconciliation.ReadAndCompareAsync(
            client, served.Expected, baseline, DrainPatience, time, cancellation);
        Differences = counted.Differences;
        Rejections = served.Rejections;
        return ReplayReport.Of(settings, events.Count, served, counted, duration, result.Rows);
    }

    /// <summary>The file's name as part of an id, which has a prefix of two characters.</summary>
    private static string NameOf(string file) =>
        FileId.ToPlatform("g-", Path.GetFileNameWithoutExtension(file))[2..];
}
