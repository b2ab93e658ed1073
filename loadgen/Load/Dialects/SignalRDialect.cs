using System.Globalization;
using System.Text;
using System.Text.Json;
using Engage.LoadGen.Load.Wire;

namespace Engage.LoadGen.Load.Dialects;

/// <summary>
/// SignalR's JSON hub protocol over a WebSocket, without negotiation: what docs/protocol.md, "Hub", asks for, and what
/// a bare SignalR hub with methods of the same names understands.
/// </summary>
internal sealed class SignalRDialect : Dialect
{
    private const byte Separator = 0x1e;

    private static readonly byte[] Ping = [.. "{\"type\":6}"u8, Separator];

    public override byte[] Alive => Ping;

    public override string TargetOf(string token) => $"/hub?access_token={token}";

    public override void Open(LoadSocket socket, IDialectSink sink) =>
        socket.Send([.. "{\"protocol\":\"json\",\"version\":1}"u8, Separator]);

    public override byte[] Join(int call, string room, long? after) => Call(
        call, "JoinRoom", Quoted(room),
        after is { } seen ? string.Create(CultureInfo.InvariantCulture, $"{{\"after\":{seen}}}") : "{}");

    public override byte[] Say(int call, string room, Guid id, string text) => Call(
        call, "Act", Quoted(room), $"{{\"do\":\"say\",\"id\":\"{id}\",\"text\":{Quoted(text)}}}");

    public override byte[] React(int call, string room, string emoji, int count) => Call(
        call, "React", Quoted(room), Quoted(emoji), count.ToString(CultureInfo.InvariantCulture));

    public override byte[] Renew(int call, string token) => Call(call, "Renew", Quoted(token));

    public override void Read(ReadOnlySpan<byte> message, LoadSocket socket, IDialectSink sink)
    {
        while (!message.IsEmpty)
        {
            var end = message.IndexOf(Separator);
            if (end < 0)
                throw new InvalidDataException("A hub message without an end.");
            var record = message[..end];
            message = message[(end + 1)..];
            if (Cache.Find(record) is { } push)
                sink.OnPush(push);
            else
                ReadRecord(record, sink);
        }
    }

    private static byte[] Call(int call, string method, params string[] arguments) => Utf8(string.Create(
        CultureInfo.InvariantCulture,
        $"{{\"type\":1,\"invocationId\":\"{call}\",\"target\":\"{method}\","
        + $"\"arguments\":[{string.Join(',', arguments)}]}}\u001e"));

    private void ReadRecord(ReadOnlySpan<byte> record, IDialectSink sink)
    {
        var message = HubRecord.Read(record);
        switch (message.Type)
        {
            case 0:
                // The answer to the handshake has no type.
                if (message.Error is { } refusal)
                    sink.OnDismissed(refusal);
                else
                    sink.OnAgreed();
                break;
            case HubRecord.Invocation when message.Target == "room":
                Pushed(record, record[message.Argument], sink);
                break;
            case HubRecord.Invocation when message.Target == "roomReload":
                sink.OnReload();
                break;
            case HubRecord.Invocation when message.Target == "roomClosed":
                sink.OnDismissed(Encoding.UTF8.GetString(record[message.Argument]));
                break;
            case HubRecord.Completion:
                sink.OnAnswer(AnswerOf(message, record));
                break;
            case HubRecord.Close:
                sink.OnDismissed(message.Error ?? "the hub closed the connection");
                break;
        }
    }

    private static Answer AnswerOf(HubRecord message, ReadOnlySpan<byte> record)
    {
        if (message.Error is { } error)
            return Refusal(message.Call, error);
        var result = record[message.Result];
        if (result.IsEmpty || result[0] != '{')
            return new(message.Call);
        var read = PushReader.Read(result);
        return new(message.Call, read.Entries.To, Joined: read);
    }

    /// <summary>An error is a problem document in JSON, with SignalR's own words before it, or just words.</summary>
    private static Answer Refusal(int call, string error)
    {
        var start = error.IndexOf('{', StringComparison.Ordinal);
        if (start < 0)
            return new(call, Problem: error);
        try
        {
            using var problem = JsonDocument.Parse(error.AsMemory(start));
            var name = problem.RootElement.TryGetProperty("type", out var type) ? type.GetString() : null;
            TimeSpan? wait = problem.RootElement.TryGetProperty("retryAfter", out var after)
                && after.ValueKind == JsonValueKind.Number ? TimeSpan.FromSeconds(after.GetDouble()) : null;
            return new(call, Problem: name ?? error, RetryAfter: wait);
        }
        catch (JsonException)
        {
            return new(call, Problem: error);
        }
    }
}
