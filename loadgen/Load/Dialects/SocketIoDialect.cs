using System.Globalization;
using Engage.LoadGen.Load.Wire;

namespace Engage.LoadGen.Load.Dialects;

/// <summary>
/// Socket.IO (protocol 5) over Engine.IO (protocol 4) on a WebSocket, without the polling that browsers begin with: a
/// digit of the transport, one of the socket, the number of a call, then JSON.
/// </summary>
internal sealed class SocketIoDialect : Dialect
{
    public override string TargetOf(string token) => "/socket.io/?EIO=4&transport=websocket";

    public override void Open(LoadSocket socket, IDialectSink sink)
    {
        // The server speaks first.
    }

    public override byte[] Join(int call, string room, long? after) => Utf8(string.Create(
        CultureInfo.InvariantCulture, $"42{call}[\"join\",{Quoted(room)}]"));

    public override byte[] Say(int call, string room, Guid id, string text) => Utf8(string.Create(
        CultureInfo.InvariantCulture,
        $"42{call}[\"say\",{{\"room\":{Quoted(room)},\"id\":\"{id}\",\"text\":{Quoted(text)}}}]"));

    public override void Read(ReadOnlySpan<byte> message, LoadSocket socket, IDialectSink sink)
    {
        if (Cache.Find(message) is { } push)
            sink.OnPush(push);
        else if (message.StartsWith("42[\"room\","u8))
            Pushed(message, message[10..^1], sink);
        else if (message.StartsWith("43"u8))
            sink.OnAnswer(PlainDialect.AnswerOf(message[2..], "["u8));
        else if (message.StartsWith("40"u8))
            sink.OnAgreed();
        else if (message.StartsWith("0"u8))
            socket.Send("40"u8);
        else if (message.StartsWith("2"u8))
            socket.Send("3"u8);
        else if (message.StartsWith("41"u8) || message.StartsWith("44"u8) || message.StartsWith("1"u8))
            sink.OnDismissed("the server ended the session");
    }
}
