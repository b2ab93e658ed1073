using System.Buffers;
using System.Text.Json;

namespace Engage.Api.Realtime.Transport;

/// <summary>The hub protocol's own goodbye, which clients understand before they see the WebSocket's.</summary>
internal static class HubClose
{
    private const int CloseType = 7;

    public static PushFrame Message(string error, bool allowReconnect)
    {
        var json = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(json))
        {
            writer.WriteStartObject();
            writer.WriteNumber("type", CloseType);
            writer.WriteString("error", error);
            writer.WriteBoolean("allowReconnect", allowReconnect);
            writer.WriteEndObject();
        }
        return PushFrame.FromHubMessage(json.WrittenSpan);
    }
}
