using System.Text.Json;
using System.Threading.Channels;
using Engage.Audience.Driving;
using Engage.LoadGen.Protocol;
using Engage.LoadGen.Realtime;

namespace Engage.Audience.Rooms;

/// <summary>Somebody with an account and a connection, in one room.</summary>
internal sealed class RoomPerson : IAsyncDisposable
{
    private readonly string _room;
    private readonly EngageClient _client;
    private readonly HubClient _hub;
    private readonly TimeProvider _time;
    private readonly ChannelReader<JsonElement> _pushes;
    private readonly RoomSight _sight = new();

    private UserSession _session;
    private DateTimeOffset _renewAt;

    private RoomPerson(string room, EngageClient client, HubClient hub, UserSession session, TimeProvider time)
    {
        (_room, _client, _hub, _session, _time) = (room, client, hub, session, time);
        _renewAt = RenewAt();
        _pushes = hub.Listen("room");
    }

    /// <summary>What she has seen until now.</summary>
    public RoomSight Sight
    {
        get
        {
            while (_pushes.TryRead(out var push)) _sight.See(push);
            return _sight;
        }
    }

    public static async Task<RoomPerson> EnterAsync(
        EngageClient client, Uri server, DemoAccount account, string room, TimeProvider time,
        CancellationToken cancellation)
    {
        await client.RegisterAsync(account.UserName, account.Password, account.DisplayName, cancellation);
        var session = await client.SignInAsync(account.UserName, account.Password, cancellation);
        var hub = await HubClient.ConnectAsync(server, session.Token);
        var person = new RoomPerson(room, client, hub, session, time);
        try
        {
            person._sight.See(await person._hub.CallAsync("JoinRoom", room, new { }));
            return person;
        }
        catch
        {
            await person.DisposeAsync();
            throw;
        }
    }

    /// <exception cref="Microsoft.AspNetCore.SignalR.HubException">Refused; she stays.</exception>
    public async Task DoAsync(RoomAct act, CancellationToken cancellation)
    {
        if (_time.GetUtcNow() >= _renewAt) await RenewAsync(cancellation);
        await (act switch
        {
            RoomAct.Reaction reaction => _hub.CallAsync("React", _room, reaction.Emoji, reaction.Count),
            RoomAct.Action action => _hub.CallAsync("Act", _room, action.Members),
            _ => throw new ArgumentOutOfRangeException(nameof(act), act, "An act that the hub does not know."),
        });
    }

    public ValueTask DisposeAsync() => _hub.DisposeAsync();

    /// <summary>Her connection goes on with the next token: it would end with the one it came with.</summary>
    private async Task RenewAsync(CancellationToken cancellation)
    {
        _session = await _client.RefreshAsync(_session, cancellation);
        await _hub.CallAsync("Renew", _session.Token);
        _renewAt = RenewAt();
    }

    private DateTimeOffset RenewAt() => _time.GetUtcNow() + (_session.Lifetime / 2);
}
