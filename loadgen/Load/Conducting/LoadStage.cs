using Engage.LoadGen.Protocol;
using Engage.LoadGen.Servers;

namespace Engage.LoadGen.Load.Conducting;

/// <summary>A running platform that somebody operates: where it is, and with what one may speak to it.</summary>
/// <param name="KeyFile">Its signing key; null: people register.</param>
internal sealed record GivenServer(Uri Address, ServiceAccount Account, string? KeyFile, int Accounts);

/// <summary>The platform that a run plays on: a given one, or one of its own that is gone afterwards.</summary>
internal sealed class LoadStage : IAsyncDisposable
{
    /// <summary>Accounts are limited to some tens a minute, and the wait is what they ask for.</summary>
    private static readonly TimeSpan GiveUpAfter = TimeSpan.FromMinutes(30);

    private readonly ServerProcess? _own;
    private readonly TokenKey? _key;

    private LoadStage(
        ServerProcess? own, TokenKey? key, EngageClient client, Uri address, IPeopleSource people,
        ServerWatch? watch = null)
    {
        (_own, _key, Client, People) = (own, key, client, people);
        Address = address;
        Watch = watch;
        Hall = new(client, address);
    }

    public Uri Address { get; }

    /// <summary>Null: the server is not ours.</summary>
    public ServerWatch? Watch { get; }

    public EngageClient Client { get; }

    public IPeopleSource People { get; }

    public LectureHall Hall { get; }

    public static LoadStage Given(GivenServer server, TimeProvider time)
    {
        var client = new EngageClient(
            server.Address, server.Account, new(new() { GiveUpAfter = GiveUpAfter }), time);
        var key = server.KeyFile is { } file ? TokenKey.Read(file) : null;
        IPeopleSource people = key is null
            ? new RegisteredPeople(client, server.Account.ClientSecret, server.Accounts)
            : new MintedPeople(key, time);
        return new(null, key, client, server.Address, people);
    }

    /// <summary>A server as it is shipped, on an empty temporary folder, with a key that is known here.</summary>
    public static async Task<LoadStage> StartAsync(TimeProvider time, CancellationToken cancellation)
    {
        var assembly = ServerProcess.FindAssembly() ?? throw new InvalidOperationException(
            $"The server's build output was not found. Run './engage load', or set {ServerProcess.PathVariable}.");
        var key = TokenKey.Create();
        var own = ServerProcess.Start(assembly, new() { Key = key });
        var client = new EngageClient(own.Address, own.Account, new(new()), time);
        var stage = new LoadStage(own, key, client, own.Address, new MintedPeople(key, time), new(own, time));
        try
        {
            await own.WaitReadyAsync(client, cancellation);
            return stage;
        }
        catch
        {
            await stage.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        Watch?.Dispose();
        if (_own is not null)
            await _own.DisposeAsync();
        _key?.Dispose();
    }
}
