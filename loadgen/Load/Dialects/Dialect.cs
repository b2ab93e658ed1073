using System.Text;
using System.Text.Json;
using Engage.LoadGen.Load.Wire;

namespace Engage.LoadGen.Load.Dialects;

/// <summary>Hears what a server says, whatever it speaks; called under the loop's gate.</summary>
internal interface IDialectSink
{
    /// <summary>The server has agreed to talk; calls may be made.</summary>
    void OnAgreed();

    void OnAnswer(Answer answer);

    void OnPush(Push push);

    /// <summary>The server cannot bridge what this connection missed: it has to join afresh.</summary>
    void OnReload();

    /// <summary>The server says that it ends the connection, or the stay in the room, and why.</summary>
    void OnDismissed(string reason);
}

/// <summary>What a server speaks. One instance serves all connections of a worker.</summary>
internal abstract class Dialect
{
    protected PushCache Cache { get; } = new();

    public static Dialect Named(string name) => name switch
    {
        "engage" or "signalr" => new SignalRDialect(),
        "socketio" => new SocketIoDialect(),
        "ws" => new PlainDialect(),
        _ => throw new ArgumentException($"Dialect '{name}': expected engage, signalr, socketio or ws."),
    };

    /// <summary>Path and query of the WebSocket.</summary>
    public abstract string TargetOf(string token);

    /// <summary>The WebSocket is open: begins to talk, or agrees at once where there is nothing to agree on.</summary>
    public abstract void Open(LoadSocket socket, IDialectSink sink);

    /// <param name="after">What was seen last; null: never here before.</param>
    public abstract byte[] Join(int call, string room, long? after);

    public abstract byte[] Say(int call, string room, Guid id, string text);

    public virtual byte[] React(int call, string room, string emoji, int count) =>
        throw new NotSupportedException($"{GetType().Name} has no reactions; they are for Engage alone.");

    /// <summary>Shows a token that lives longer; null where connections do not end with theirs.</summary>
    public virtual byte[]? Renew(int call, string token) => null;

    /// <summary>What shows the server that this side lives; null where it asks by itself.</summary>
    public virtual byte[]? Alive => null;

    public abstract void Read(ReadOnlySpan<byte> message, LoadSocket socket, IDialectSink sink);

    protected void Pushed(ReadOnlySpan<byte> message, ReadOnlySpan<byte> json, IDialectSink sink)
    {
        var push = PushReader.Read(json).Entries;
        Cache.Add(message, push);
        sink.OnPush(push);
    }

    protected static string Quoted(string text) => JsonSerializer.Serialize(text, Json);

    protected static byte[] Utf8(string text) => Encoding.UTF8.GetBytes(text);

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);
}
