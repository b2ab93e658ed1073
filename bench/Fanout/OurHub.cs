using System.Globalization;
using Engage.LoadGen.Load.Conducting;
using Engage.LoadGen.Peers;
using Engage.LoadGen.Protocol;
using Engage.LoadGen.Servers;

namespace Engage.Bench.Fanout;

/// <summary>
/// Our server as it is shipped: accounts, durability, moderation and metrics on. Its key is made here, so that a
/// thousand people need not register.
/// </summary>
internal sealed class OurHub : IHubServer
{
    private readonly ServerProcess _server;
    private readonly TokenKey _key;
    private int _rooms;

    private OurHub(ServerProcess server, TokenKey key) => (_server, _key) = (server, key);

    public TimeSpan ProcessorTime => _server.ProcessorTime;

    public long ResidentBytes => _server.ResidentBytes;

    public static async Task<IHubServer> StartAsync(string assembly, int? core, CancellationToken cancellation)
    {
        var key = TokenKey.Create();
        var server = ServerProcess.Start(assembly, new() { Core = core, Key = key });
        using var client = Client(server);
        await server.WaitReadyAsync(client, cancellation);
        return new OurHub(server, key);
    }

    public async Task<LoadTarget> OpenRoomAsync(int users, CancellationToken cancellation)
    {
        using var client = Client(_server);
        var people = await new MintedPeople(_key, TimeProvider.System).TakeAsync(users, _ => { }, cancellation);
        return await new LectureHall(client, _server.Address).OpenAsync(
            string.Create(CultureInfo.InvariantCulture, $"r-bench-{++_rooms}"), people, cancellation);
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _key.Dispose();
    }

    private static EngageClient Client(ServerProcess server) =>
        new(server.Address, server.Account, new(new()), TimeProvider.System);
}
