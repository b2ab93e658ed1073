using System.Buffers.Text;
using System.Globalization;
using Engage.LoadGen.Load.Wire;

namespace Engage.LoadGen.Load.Dialects;

/// <summary>
/// What the hub on <c>ws</c> speaks (bench/peers/ws): one JSON text a message. Calls carry a number, and so do their
/// answers: <c>{"answer":7,"seq":12}</c>. Everything else is an entry of the room.
/// </summary>
internal sealed class PlainDialect : Dialect
{
    public override string TargetOf(string token) => "/";

    public override void Open(LoadSocket socket, IDialectSink sink) => sink.OnAgreed();

    public override byte[] Join(int call, string room, long? after) => Utf8(string.Create(
        CultureInfo.InvariantCulture, $"{{\"call\":{call},\"do\":\"join\",\"room\":{Quoted(room)}}}"));

    public override byte[] Say(int call, string room, Guid id, string text) => Utf8(string.Create(
        CultureInfo.InvariantCulture,
        $"{{\"call\":{call},\"do\":\"say\",\"room\":{Quoted(room)},\"id\":\"{id}\",\"text\":{Quoted(text)}}}"));

    public override void Read(ReadOnlySpan<byte> message, LoadSocket socket, IDialectSink sink)
    {
        if (Cache.Find(message) is { } push)
            sink.OnPush(push);
        else if (message.StartsWith("{\"answer\":"u8))
            sink.OnAnswer(AnswerOf(message["{\"answer\":"u8.Length..], ",\"seq\":"u8));
        else
            Pushed(message, message, sink);
    }

    /// <param name="text">The call's number, something between, the entry's.</param>
    internal static Answer AnswerOf(ReadOnlySpan<byte> text, ReadOnlySpan<byte> between)
    {
        if (!Utf8Parser.TryParse(text, out int call, out var read) || !text[read..].StartsWith(between)
            || !Utf8Parser.TryParse(text[(read + between.Length)..], out long seq, out _))
            throw new InvalidDataException("An answer without the numbers of its call and entry.");
        return new(call, seq, Joined: new("recent", new(seq, seq, [], [])));
    }
}
