using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Engage.Api.Realtime.Transport;

/// <summary>
/// A client that negotiates is told its connection's id and a secret token, and brings the token when it connects. The
/// id follows from the token, not the token from the id: so no node needs to remember, and the connection may be opened
/// on another one.
/// </summary>
internal static class ConnectionIds
{
    private const int Bytes = 16;
    private const int TextLength = 22;

    /// <summary>Not to be guessed.</summary>
    public static string NewToken() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(Bytes));

    public static string Of(string token)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes(token), hash);
        return Base64Url.EncodeToString(hash[..Bytes]);
    }

    public static bool IsToken(string? text) => text is { Length: TextLength } && Base64Url.IsValid(text);
}
