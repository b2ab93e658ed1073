using System.Reflection;
using Engage.Api.Realtime.Transport;
using Engage.Api.Rooms;

namespace Engage.Api.Tests.Rooms;

/// <summary>One connection's place in a room while its outbox is full, drains, or has an answer under way.</summary>
public sealed class RoomListenerTests : IDisposable
{
    private static readonly PushFrame Large = PushFrame.FromHubMessage([.. "{}"u8, .. Enumerable.Repeat((byte)' ', 800)]);
    private readonly FakeReader _reader = new("u-1", outboxBytes: 850);
    private readonly RoomListener _listener;
    private int _drained;

    public RoomListenerTests()
    {
        _listener = new(_reader.Outbox, new(_reader.Person), _ => _drained++);
        _listener.StartAt(0, 0);
    }

    public void Dispose() => _reader.Dispose();

    [Fact]
    public void OutboxThatDrainsBeforeTheRefusalIsKnownStillWakesTheReader()
    {
        _listener.Answered();
        _listener.InStep();
        FillOutbox();
        var gate = (Lock)Member(BindingFlags.GetField, "_gate")!;
        var drains = new Thread(() => Member(BindingFlags.InvokeMethod, "OnDrained", _reader.Outbox));

        Offered offered;
        lock (gate)
        {
            // As if the pump had been quicker than the thread that is about to be refused.
            drains.Start();
            SpinWait.SpinUntil(() => !drains.IsAlive || drains.ThreadState.HasFlag(ThreadState.WaitSleepJoin));
            offered = _listener.Offer(new(1, 1, 1, Large, Large));
        }
        drains.Join();

        Assert.Equal((Offered.Refused, 1), (offered, _drained));
    }

    [Fact]
    public async Task LastWordIsSentEvenIfTheOutboxIsFull()
    {
        _listener.Answered();
        _listener.InStep();
        FillOutbox();

        _listener.End(RoomMessages.Reload(new("r-1"), 7));
        _reader.Release();
        await _reader.UntilAsync(() => _reader.Frames == 2);

        Assert.Contains("roomReload", _reader.Breaches[^1]);
    }

    [Fact]
    public void LastWordToOneWhoIsComingInFollowsTheAnswerToHerJoin()
    {
        _listener.End(RoomMessages.Reload(new("r-1"), 7));
        var before = _reader.Frames;
        _listener.Answered();

        Assert.Equal((0, 1), (before, _reader.Frames));
        Assert.True(_listener.IsGone);
    }

    private void FillOutbox()
    {
        _reader.Hold();
        Assert.True(_reader.Outbox.TrySend(Large));
    }

    private object? Member(BindingFlags what, string name, params object[] arguments) => typeof(RoomListener).InvokeMember(
        name, what | BindingFlags.Instance | BindingFlags.NonPublic, null, _listener, arguments);
}
