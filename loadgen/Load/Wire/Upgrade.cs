using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Engage.LoadGen.Load.Wire;

/// <summary>The opening handshake (RFC 6455, 4.1): one HTTP request, one answer.</summary>
internal static class Upgrade
{
    /// <summary>An answer with longer headers is not waited for.</summary>
    public const int AnswerMax = 16 << 10;

    private const string KeySuffix = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

    /// <param name="target">Path and query.</param>
    /// <param name="key">16 bytes in base64, other for each connection.</param>
    public static byte[] Request(Uri server, string target, string key) => Encoding.ASCII.GetBytes(
        $"GET {target} HTTP/1.1\r\nHost: {server.Authority}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        + $"Sec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n\r\n");

    /// <returns>Length of the answer with its empty line; 0 when it is not whole yet.</returns>
    /// <exception cref="InvalidDataException">The server refuses, or speaks no WebSocket.</exception>
    public static int ReadAnswer(ReadOnlySpan<byte> bytes, string key)
    {
        var end = bytes.IndexOf("\r\n\r\n"u8);
        if (end < 0)
            return bytes.Length < AnswerMax
                ? 0
                : throw new InvalidDataException($"The answer to the upgrade has headers of over {AnswerMax} bytes.");
        var lines = Encoding.Latin1.GetString(bytes[..end]).Split("\r\n");
        if (!lines[0].StartsWith("HTTP/1.1 101", StringComparison.Ordinal))
            throw new InvalidDataException($"The server did not upgrade the connection: {lines[0]}.");
        var accept = lines.FirstOrDefault(line =>
            line.StartsWith("sec-websocket-accept:", StringComparison.OrdinalIgnoreCase));
        if (accept?[(accept.IndexOf(':', StringComparison.Ordinal) + 1)..].Trim() != AcceptOf(key))
            throw new InvalidDataException(string.Create(
                CultureInfo.InvariantCulture, $"Sec-WebSocket-Accept: found '{accept}', expected {AcceptOf(key)}."));
        return end + 4;
    }

#pragma warning disable CA5350 // RFC 6455 prescribes SHA-1; it protects nothing.
    private static string AcceptOf(string key) =>
        Convert.ToBase64String(SHA1.HashData(Encoding.ASCII.GetBytes(key + KeySuffix)));
#pragma warning restore CA5350
}
