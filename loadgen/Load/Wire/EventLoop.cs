namespace Engage.LoadGen.Load.Wire;

/// <summary>
/// What all connections of a worker share. Everything that a worker knows changes under <see cref="Gate"/>: readiness
/// is reported by one thread (see <see cref="UseOneThread"/>), so it is hardly ever contended, and nothing else needs
/// to be safe for concurrent use. Sockets are read when they have something, into one buffer for all, so that ten
/// thousand idle connections hold no buffers.
/// </summary>
internal sealed class EventLoop(TimeProvider time)
{
    private const int BufferBytes = 256 << 10;

    public Lock Gate { get; } = new();

    public byte[] Buffer { get; } = GC.AllocateUninitializedArray<byte>(BufferBytes, pinned: true);

    public TimeProvider Time { get; } = time;

    /// <summary>
    /// Has sockets call back on the thread that polls them, and has one such thread: a hop to another one costs more
    /// than digesting a frame. The runtime reads this once, before the first socket is used.
    /// </summary>
    public static void UseOneThread()
    {
        Environment.SetEnvironmentVariable("DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS", "1");
        Environment.SetEnvironmentVariable("DOTNET_SYSTEM_NET_SOCKETS_THREAD_COUNT", "1");
    }
}
