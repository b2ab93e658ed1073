using System.Net;

namespace Engage.LoadGen.Protocol;

/// <summary>
/// A request that was refused, or that no attempt got through; says which, and what the server answered.
/// </summary>
public sealed class RequestException(string message, HttpStatusCode? status, Exception? inner = null)
    : Exception(message, inner)
{
    /// <summary>The server's last answer; null when it did not answer.</summary>
    public HttpStatusCode? Status { get; } = status;
}
