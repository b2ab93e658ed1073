using Engage.Contracts;
using Engage.Contracts.Rooms;
using Engage.Storage;
using Engage.Storage.Sqlite;
using Microsoft.Extensions.DependencyInjection;

namespace Engage.Grains.Tests.Rooms;

/// <summary>A platform with one live room in it, and a log that can be made to fail.</summary>
internal sealed class RoomSite : IAsyncDisposable
{
    public static readonly RoomId Id = new("r-1");

    private RoomSite(TestPlatform platform) => Platform = platform;

    public TestPlatform Platform { get; }

    public FaultyRoomLog Log => (FaultyRoomLog)Platform.Services.GetRequiredService<IRoomLog>();

    public IRoomGrain Room => Platform.Grains.GetGrain<IRoomGrain>(Id.Value);

    public static async Task<RoomSite> StartAsync(params (string Key, string Value)[] settings)
    {
        var platform = new TestPlatform
        {
            Configure = services => services.AddSingleton<IRoomLog>(provider =>
                new FaultyRoomLog(new SqliteRoomLog(provider.GetRequiredService<SqliteDatabase>()))),
        };
        platform.Settings["Rooms:ActionBurst"] = "10000";
        platform.Settings["Rooms:ActionsPerSecond"] = "1000";
        foreach (var (key, value) in settings) platform.Settings[key] = value;
        await platform.StartAsync();
        await platform.CreateContentsAsync(0);
        var site = new RoomSite(platform);
        await site.Room.CreateAsync(Definition(), CancellationToken.None);
        return site;
    }

    public static Room Definition(string id = "r-1") => new()
    {
        Id = new(id),
        Community = new("g-1"),
        Creator = new("k-1"),
        Title = new() { En = "Room", Zh = "房间" },
    };

    public async Task RestartAsync()
    {
        await Platform.StopAsync();
        await Platform.StartAsync();
    }

    /// <summary>All of the log, as it is stored.</summary>
    public async Task<LoggedEntry[]> EntriesAsync()
    {
        var entries = new List<LoggedEntry>();
        while (true)
        {
            var page = await Log.ReadAsync(Id, entries.Count, 1_000, CancellationToken.None);
            entries.AddRange(page);
            if (page.Length == 0) return [.. entries];
        }
    }

    public async ValueTask DisposeAsync() => await Platform.DisposeAsync();
}

/// <summary>One node as a gateway is one: numbers its submissions and follows the room.</summary>
internal sealed class RoomNodeClient(RoomSite site, string id = "node-1") : IRoomObserver
{
    private readonly List<RoomBatch> _batches = [];
    private IRoomObserver? _reference;
    private long _batch;

    public string Id => id;

    public RoomBatch[] Batches
    {
        get
        {
            lock (_batches) return [.. _batches];
        }
    }

    public void OnBatch(RoomBatch batch)
    {
        lock (_batches) _batches.Add(batch);
    }

    public Task<RoomAttachment> AttachAsync(params string[] present)
    {
        _reference ??= ((IClusterClient)site.Platform.Grains).CreateObjectReference<IRoomObserver>(this);
        return site.Room.AttachAsync(_reference, id, [.. present.Select(user => new UserId(user))], _batch);
    }

    public Task DetachAsync() => site.Room.DetachAsync(_reference!, id);

    public Task<RoomOutcome[]> SubmitAsync(params RoomCommand[] commands) => SubmitAsync(Submission(commands));

    public Task<RoomOutcome[]> SubmitAsync(RoomSubmission submission) => site.Room.SubmitAsync(submission);

    public RoomSubmission Submission(params RoomCommand[] commands) => new(id, ++_batch, commands, [], [], [], []);

    public static RoomCommand Say(string user, string text, Guid? id = null) =>
        new(new(new(user), user.ToUpperInvariant()), new Say(id ?? Guid.NewGuid(), text));
}
