using System.Buffers;
using System.Text;
using System.Text.Json;
using Engage.Api.Realtime.Transport;
using Microsoft.AspNetCore.SignalR;
using Microsoft.Extensions.Options;

namespace Engage.Api.Realtime;

/// <summary>Pushes with one argument, serialized and framed once for all who receive them.</summary>
internal sealed class HubPushes(IOptions<JsonHubProtocolOptions> options)
{
    private readonly JsonSerializerOptions _json = options.Value.PayloadSerializerOptions;

    /// <param name="target">A name of docs/protocol.md, "Hub"; safe in JSON as it is.</param>
    public PushFrame Frame<T>(string target, T argument)
    {
        var message = new ArrayBufferWriter<byte>(1_024);
        message.Write("{\"type\":1,\"target\":\""u8);
        Encoding.ASCII.GetBytes(target, message);
        message.Write("\",\"arguments\":["u8);
        using (var writer = new Utf8JsonWriter(message)) JsonSerializer.Serialize(writer, argument, _json);
        message.Write("]}"u8);
        return PushFrame.FromHubMessage(message.WrittenSpan);
    }
}
