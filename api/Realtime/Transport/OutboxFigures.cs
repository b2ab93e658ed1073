namespace Engage.Api.Realtime.Transport;

/// <summary>What one outbox did since its connection began. Written under its lock.</summary>
internal sealed class OutboxFigures
{
    /// <summary>Frames taken, control frames included.</summary>
    public long Frames { get; set; }

    public long Bytes { get; set; }

    /// <summary>How often the kernel did not take a whole frame at once.</summary>
    public long Blocked { get; set; }

    /// <summary>How often everything that had waited was sent.</summary>
    public long Drained { get; set; }

    /// <summary>How often everything was sent after a push had been refused.</summary>
    public long Resynced { get; set; }

    public void Add(OutboxFigures other)
    {
        Frames += other.Frames;
        Bytes += other.Bytes;
        Blocked += other.Blocked;
        Drained += other.Drained;
        Resynced += other.Resynced;
    }
}
