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
    private readonly HubClient _hub;
    private readonly ChannelReader<JsonElement> _pushes;
    private readonly RoomSight _sight = new();

    private RoomPerson(string room, HubClient hub)
    {
        (_room, _hub) = (room, hub);
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
        EngageClient client, Uri server, DemoAccount account, string room, CancellationToken cancellation)
    {
        await client.RegisterAsync(account.UserName, account.Password, account.DisplayName, cancellation);
        var (token, _) = await client.SignInAsync(account.UserName, account.Password, cancellation);
        var person = new RoomPerson(room, await HubClient.ConnectAsync(server, token));
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
    public Task DoAsync(RoomAct act) => act switch
    {
        RoomAct.Reaction reaction => _hub.CallAsync("React", _room, reaction.Emoji, reaction.Count),
        RoomAct.Action action => _hub.CallAsync("Act", _room, action.Members),
        _ => throw new ArgumentOutOfRangeException(nameof(act), act, "An act that the hub does not know."),
    };

    public ValueTask DisposeAsync() => _hub.DisposeAsync();
}
