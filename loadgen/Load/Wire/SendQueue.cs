using System.Net.Sockets;

namespace Engage.LoadGen.Load.Wire;

/// <summary>
/// Sends at once what the socket takes, and the rest when it takes more. Bounded: a server that does not read what it
/// is told ends the connection. Called under the loop's gate.
/// </summary>
internal sealed class SendQueue(EventLoop loop, Socket socket, Action<string> fail) : IDisposable
{
    private const int WaitingBytesMax = 4 << 20;

    private readonly List<byte[]> _waiting = [];
    private int _waitingBytes;
    private SocketAsyncEventArgs? _sending;

    public void Send(ReadOnlySpan<byte> bytes)
    {
        if (_sending is null)
        {
            var sent = socket.Send(bytes, SocketFlags.None, out var error);
            if (error is not (SocketError.Success or SocketError.WouldBlock))
            {
                fail($"sending: {error}");
                return;
            }

            if (error == SocketError.Success)
                bytes = bytes[sent..];
            if (bytes.IsEmpty)
                return;
        }

        _waitingBytes += bytes.Length;
        _waiting.Add(bytes.ToArray());
        if (_waitingBytes > WaitingBytesMax)
            fail($"the server does not read: {_waitingBytes} bytes wait to be sent");
        else if (_sending is null)
            SendWaiting();
    }

    public void Dispose() => _sending?.Dispose();

    private void SendWaiting()
    {
        while (_waiting.Count > 0)
        {
            var bytes = _waiting.SelectMany(part => part).ToArray();
            _waiting.Clear();
            _sending = new();
            _sending.SetBuffer(bytes);
            _sending.Completed += OnSent;
            if (socket.SendAsync(_sending))
                return;
            if (!Finish())
                return;
        }
    }

    private void OnSent(object? sender, SocketAsyncEventArgs e)
    {
        lock (loop.Gate)
            if (_sending == e && Finish())
                SendWaiting();
    }

    /// <returns>Whether the connection lives.</returns>
    private bool Finish()
    {
        var (error, sent) = (_sending!.SocketError, _sending.BytesTransferred);
        _sending.Dispose();
        _sending = null;
        _waitingBytes -= sent;
        if (error == SocketError.Success)
            return true;
        fail($"sending: {error}");
        return false;
    }
}
