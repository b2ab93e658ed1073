using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;

namespace Engage.Postgres;

/// <summary>
/// Ports below the range that the system gives to outgoing connections: a server that is down for a moment must find
/// its port free again, and a client that calls a closed port must not be connected to itself.
/// </summary>
internal static class FreePort
{
    private const int First = 20_000, Last = 32_000;

    public static int Find()
    {
        for (var attempt = 0; attempt < 100; attempt++)
            if (RandomNumberGenerator.GetInt32(First, Last) is var port && IsFree(port))
                return port;
        throw new InvalidOperationException($"A hundred ports between {First} and {Last} were tried; none is free.");
    }

    public static bool IsFree(int port)
    {
        try
        {
            using var listener = new TcpListener(IPAddress.Loopback, port);
            listener.Start();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
