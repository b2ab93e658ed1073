using System.Buffers.Binary;
using System.Text;
using System.Text.Json;
using Engage.Api.Realtime.Transport;
using Engage.Api.Rooms;
using Engage.Contracts.Rooms;

namespace Engage.Api.Tests.Rooms;

/// <summary>
/// A connection without a socket: takes frames as a client would, or holds them up, and keeps account of what it was
/// told and whether it followed.
/// </summary>
internal sealed class FakeReader : Stream, IOutboxOwner
{
    /// <summary>What takes longer does not come.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly Lock _gate = new();
    private readonly List<long> _seen = [];
    private readonly List<string> _breaches = [];
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private TaskCompletionSource? _held;
    private int _answers;

    public FakeReader(string user, int outboxBytes = 64 * 1024)
    {
        Person = new(new(user), user);
        Outbox = new(this, this, outboxBytes);
    }

    public Outbox Outbox { get; }

    public Person Person { get; }

    public long Seq { get; private set; } = -1;

    /// <summary>The newest value of the fake room's state.</summary>
    public long Said { get; private set; } = -1;

    public bool IsToReload { get; private set; }

    public string? ClosedFor { get; private set; }

    public int Frames { get; private set; }

    public string Mode { get; private set; } = "";

    public long[] Seen
    {
        get { lock (_gate) return [.. _seen]; }
    }

    public string[] Breaches
    {
        get { lock (_gate) return [.. _breaches]; }
    }

    public string ConnectionId => Person.Name;
    public override bool CanRead => false;
    public override bool CanSeek => false;
    public override bool CanWrite => true;
    public override long Length => throw new NotSupportedException();
    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>Joins as the hub does: the answer takes its place in the outbox when it is written.</summary>
    public async Task<JoinAnswer> JoinAsync(LocalRoom room, long? after = null, RoomListener? replaced = null)
    {
        var answers = _answers;
        var answer = (await room.JoinAsync(Outbox, Person, new(after, 20), replaced))!;
        Outbox.Send(PushFrame.FromHubMessage(JsonSerializer.SerializeToUtf8Bytes(new { answer })).Bytes, null);
        await UntilAsync(() => _answers > answers);
        return answer;
    }

    public void Hold()
    {
        lock (_gate) _held ??= new(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    public void Release()
    {
        TaskCompletionSource? held;
        lock (_gate) (held, _held) = (_held, null);
        held?.SetResult();
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

    public override async ValueTask WriteAsync(
        ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        Task? held;
        lock (_gate) held = _held?.Task;
        if (held is not null) await held;

        TaskCompletionSource changed;
        lock (_gate)
        {
            Take(buffer.Span);
            (changed, _changed) = (_changed, new(TaskCreationOptions.RunContinuationsAsynchronously));
        }
        changed.SetResult();
    }

    public void OnSendFailed() => throw new NotSupportedException();

    public void OnClosing() => throw new NotSupportedException();

    public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    public override void Flush() => throw new NotSupportedException();
    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
    public override void SetLength(long value) => throw new NotSupportedException();

    /// <summary>Whole frames, perhaps several.</summary>
    private void Take(ReadOnlySpan<byte> bytes)
    {
        while (bytes.Length > 0)
        {
            var (header, payload) = (bytes[1] & 0x7f) switch
            {
                126 => (4, BinaryPrimitives.ReadUInt16BigEndian(bytes[2..])),
                127 => (10, (int)BinaryPrimitives.ReadUInt64BigEndian(bytes[2..])),
                var length => (2, length),
            };
            Frames++;
            foreach (var message in Encoding.UTF8.GetString(bytes.Slice(header, payload)).Split('\x1e'))
                if (message.Length > 0)
                    Take(JsonSerializer.Deserialize<JsonElement>(message));
            bytes = bytes[(header + payload)..];
        }
    }

    private void Take(JsonElement message)
    {
        if (message.TryGetProperty("answer", out var answer))
            TakeAnswer(answer);
        else if (Mode.Length == 0)
            _breaches.Add($"before the answer: {message}");
        else
            TakePush(message.GetProperty("target").GetString()!, message.GetProperty("arguments")[0]);
    }

    private void TakeAnswer(JsonElement answer)
    {
        _answers++;
        Mode = answer.GetProperty("mode").GetString()!;
        if (Mode != "resumed") _seen.Clear();
        TakeEntries(answer);
        Seq = answer.GetProperty("seq").GetInt64();
        IsToReload = false;
        TakeState(answer);
    }

    private void TakePush(string target, JsonElement push)
    {
        switch (target)
        {
            case "room":
                var after = push.GetProperty("after").GetInt64();
                if (after > Seq) _breaches.Add($"gap: at {Seq}, push after {after}");
                TakeEntries(push);
                Seq = push.GetProperty("to").GetInt64();
                TakeState(push);
                break;
            case "roomReload":
                IsToReload = true;
                break;
            case "roomClosed":
                ClosedFor = push.GetProperty("reason").GetString();
                break;
        }
    }

    private void TakeEntries(JsonElement holder)
    {
        foreach (var entry in holder.GetProperty("entries").EnumerateArray())
        {
            var seq = entry.GetProperty("seq").GetInt64();
            if (_seen.Count > 0 && seq <= _seen[^1]) _breaches.Add($"again: {seq} after {_seen[^1]}");
            _seen.Add(seq);
        }
    }

    private void TakeState(JsonElement holder)
    {
        if (holder.TryGetProperty("state", out var state) && state.TryGetProperty("said", out var said))
            Said = said.GetInt64();
    }
}
