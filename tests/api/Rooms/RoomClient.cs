using System.Text.Json;
using Engage.LoadGen.Realtime;
using Microsoft.AspNetCore.SignalR;

namespace Engage.Api.Tests.Rooms;

/// <summary>
/// A participant who keeps to the protocol: holds what she was sent, and what would be a breach of it.
/// </summary>
internal sealed class RoomClient : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly Lock _gate = new();
    private readonly List<JsonElement> _entries = [];
    private readonly List<string> _breaches = [];
    private readonly List<JsonElement> _states = [];
    private readonly string _room;
    private HubClient _hub;
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private RoomClient(HubClient hub, SignedInUser user, string room)
    {
        (_hub, Account, _room) = (hub, user, room);
        Listen();
    }

    public SignedInUser Account { get; }

    public string User => Account.User;

    public long Seq { get; private set; }

    public JsonElement? Closed { get; private set; }

    public bool IsToReload { get; private set; }

    public JsonElement Answer { get; private set; }

    public string[] Breaches
    {
        get { lock (_gate) return [.. _breaches]; }
    }

    public JsonElement[] Entries
    {
        get { lock (_gate) return [.. _entries]; }
    }

    public string[] Texts =>
        [.. Entries.Where(entry => entry.Text("kind") == "said").Select(entry => entry.Text("text"))];

    public JsonElement[] States
    {
        get { lock (_gate) return [.. _states]; }
    }

    public static async Task<RoomClient> ConnectAsync(RunningServer server, SignedInUser user, string room) =>
        new(await HubClient.ConnectAsync(server.Address, user.Token), user, room);

    /// <summary>A new connection of the same person; what she has seen is kept.</summary>
    public async Task ReconnectAsync(RunningServer server)
    {
        await _hub.DisposeAsync();
        _hub = await HubClient.ConnectAsync(server.Address, Account.Token);
        Listen();
    }

    public Task DisconnectAsync() => _hub.DisposeAsync().AsTask();

    public async Task<JsonElement> JoinAsync(long? after = null, int? limit = null)
    {
        var answer = await CallAsync("JoinRoom", _room, new { after, limit });
        lock (_gate)
        {
            if (answer.Text("mode") != "resumed") _entries.Clear();
            foreach (var entry in answer.GetProperty("entries").EnumerateArray()) _entries.Add(entry);
            Seq = answer.GetProperty("seq").GetInt64();
            _states.Add(answer.GetProperty("state"));
            IsToReload = false;
            Answer = answer;
        }
        return answer;
    }

    public Task<JsonElement> ActAsync(object action) => CallAsync("Act", _room, action);

    public Task<JsonElement> SayAsync(string text, Guid? id = null) =>
        ActAsync(new { @do = "say", id = id ?? Guid.NewGuid(), text });

    public Task<JsonElement> CallAsync(string method, params object?[] arguments) => _hub.CallAsync(method, arguments);

    /// <returns>The problem that a call is answered.</returns>
    public static async Task<JsonElement> RefusalAsync(Func<Task> call)
    {
        var refused = await Assert.ThrowsAsync<HubException>(call);
        var at = refused.Message.IndexOf('{', StringComparison.Ordinal);
        Assert.True(at >= 0, refused.Message);
        return JsonSerializer.Deserialize<JsonElement>(refused.Message[at..]);
    }

    public async Task UntilAsync(Func<bool> holds)
    {
        while (true)
        {
            Task changed;
            lock (_gate)
            {
                if (holds()) return;
                changed = _changed.Task;
            }
            await changed.WaitAsync(Patience);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _hub.DisposeAsync();
        Account.Dispose();
    }

    private void Listen()
    {
        _hub.On("room", Take);
        _hub.On("roomReload", _ => Change(() => IsToReload = true));
        _hub.On("roomClosed", closed => Change(() => Closed = closed));
    }

    private void Take(JsonElement push) => Change(() =>
    {
        var after = push.GetProperty("after").GetInt64();
        if (after > Seq) _breaches.Add($"gap: at {Seq}, push after {after}");
        foreach (var entry in push.GetProperty("entries").EnumerateArray())
        {
            if (entry.GetProperty("seq").GetInt64() <= Seq) _breaches.Add($"again: {entry}");
            _entries.Add(entry);
        }
        Seq = push.GetProperty("to").GetInt64();
        if (push.TryGetProperty("state", out var state)) _states.Add(state);
    });

    private void Change(Action change)
    {
        TaskCompletionSource changed;
        lock (_gate)
        {
            change();
            (changed, _changed) = (_changed, new(TaskCreationOptions.RunContinuationsAsynchronously));
        }
        changed.SetResult();
    }
}
