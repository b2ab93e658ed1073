using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;

namespace Engage.LoadGen.Servers;

/// <summary>
/// Ports of the loopback address for servers of one's own. They are taken from below the range that the kernel gives to
/// those who connect: a client that asks for a server which is just being started again could otherwise be given the
/// server's own port, be connected to itself, and keep the server from coming back.
/// </summary>
internal static class FreePorts
{
    private const int First = 20_000, Beyond = 32_000, TriesMax = 200;

    public static int Take()
    {
        for (var tries = 0; tries < TriesMax; tries++)
        {
            var port = RandomNumberGenerator.GetInt32(First, Beyond);
            if (IsFree(port))
                return port;
        }

        throw new InvalidOperationException(
            $"No free port from {First} to {Beyond - 1} in {TriesMax} tries: too many programs listen here.");
    }

    private static bool IsFree(int port)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Bind(new IPEndPoint(IPAddress.Loopback, port));
            return true;
        }
        catch (SocketException e) when (e.SocketErrorCode is SocketError.AddressAlreadyInUse)
        {
            return false;
        }
    }
}
