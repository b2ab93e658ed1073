namespace Engage.Api.Realtime.Transport;

/// <summary>
/// What time does to one connection, looked at once a second: its token ends, it does not read, it is quiet and wants a
/// ping, it does not answer a goodbye. Never reads a clock.
/// </summary>
/// <param name="expires">When the token of the user is no longer accepted, and the connection with it.</param>
internal sealed class ConnectionPulse(HubConnection connection, DateTimeOffset expires)
{
    private static readonly PushFrame Ping = PushFrame.FromHubMessage("""{"type":6}"""u8);

    /// <summary>So that those who came at once are not pinged at once for ever.</summary>
    private readonly double _spread =
        (uint)connection.ConnectionId.GetHashCode(StringComparison.Ordinal) / (3.0 * uint.MaxValue);

    private long _expires = expires.UtcTicks;
    private TimeSpan? _endingSince;
    private TimeSpan _behindSince;
    private TimeSpan _quietSince;
    private long _drained = -1;
    private long _frames;

    /// <summary>A newer token was shown. Any thread may say so.</summary>
    public void ExtendTo(DateTimeOffset until)
    {
        long known;
        do known = Interlocked.Read(ref _expires);
        while (until.UtcTicks > known
            && Interlocked.CompareExchange(ref _expires, until.UtcTicks, known) != known);
    }

    /// <returns>True if the client was found too slow and is being closed.</returns>
    public bool Tick(HubBeat beat)
    {
        connection.CheckTimeouts();
        if (connection.IsCloseRequested || connection.IsClosing)
        {
            Hurry(beat);
            return false;
        }
        if (Interlocked.Read(ref _expires) <= beat.UtcNow.UtcTicks)
        {
            connection.RequestClose();
            return false;
        }
        if (IsTooSlow(beat)) return true;
        PingIfQuiet(beat);
        return false;
    }

    /// <summary>First the hub has time to end, then the client.</summary>
    private void Hurry(HubBeat beat)
    {
        _endingSince ??= beat.Now;
        if (beat.Now - _endingSince < beat.Options.CloseTimeout) return;
        _endingSince = null;
        if (connection.IsClosing) connection.Abort();
        else connection.CloseNow();
    }

    private bool IsTooSlow(HubBeat beat)
    {
        var outbox = connection.Outbox;
        if (!outbox.IsBehind || outbox.Figures.Drained != _drained)
        {
            _behindSince = beat.Now;
            _drained = outbox.Figures.Drained;
            return false;
        }
        if (beat.Now - _behindSince < beat.Options.SlowReaderCloseAfter) return false;
        outbox.Close(CloseCodes.SlowReader, "slow reader: what was sent is not being read");
        return true;
    }

    private void PingIfQuiet(HubBeat beat)
    {
        var outbox = connection.Outbox;
        if (outbox.Figures.Frames != _frames)
        {
            _frames = outbox.Figures.Frames;
            _quietSince = beat.Now;
        }
        // Before the hub's first word, the answer to the handshake, nothing may be said.
        else if (_frames > 0 && beat.Now - _quietSince >= beat.KeepAlive * (1 - _spread))
        {
            outbox.TrySend(Ping);
        }
    }
}

/// <param name="Now">Since the heartbeat began.</param>
/// <param name="KeepAlive">How long a client may hear nothing before it is pinged.</param>
internal readonly record struct HubBeat(
    TimeSpan Now, DateTimeOffset UtcNow, TimeSpan KeepAlive, HubTransportOptions Options);
