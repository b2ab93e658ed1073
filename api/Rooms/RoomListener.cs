using Engage.Api.Realtime.Transport;

namespace Engage.Api.Rooms;

/// <summary>What became of the offer of a flush.</summary>
internal enum Offered
{
    /// <summary>Sent, or there was nothing in it for this reader.</summary>
    Taken,

    /// <summary>The outbox is full: the reader is behind from now on, and is heard of when it has drained.</summary>
    Refused,

    /// <summary>The reader's place is another than the flush's: it needs a frame of its own.</summary>
    OutOfStep,

    /// <summary>The reader is behind, gone, or not yet answered that it is in.</summary>
    Skipped,
}

/// <summary>One connection in one room: where it stands, and whether it takes part in flushes.</summary>
internal sealed class RoomListener
{
    private readonly Lock _gate = new();
    private readonly Outbox _outbox;
    private readonly Action<RoomListener> _drained;
    private Phase _phase = Phase.Joining;

    /// <summary>The last word, while the answer that it must not overtake is not on its way yet.</summary>
    private PushFrame? _last;

    /// <param name="drained">Called when the outbox, once full, has room again.</param>
    public RoomListener(Outbox outbox, PersonHere person, Action<RoomListener> drained)
    {
        (_outbox, _drained, Person) = (outbox, drained, person);
        outbox.Drained += OnDrained;
    }

    private enum Phase : byte
    {
        /// <summary>Its answer is not on its way yet; nothing may overtake it.</summary>
        Joining,

        /// <summary>Takes part in flushes.</summary>
        InStep,

        /// <summary>Has yet to be sent what it missed.</summary>
        Behind,

        /// <summary>Left, was removed, or was told to join again.</summary>
        Gone,
    }

    public Outbox Outbox => _outbox;

    public PersonHere Person { get; }

    /// <summary>Its place in the audience's list, for that list alone.</summary>
    public int Index { get; set; } = -1;

    /// <summary>The reader was told that it has seen everything up to here.</summary>
    public long Position { get; private set; }

    /// <summary>The flush up to which nothing was missed; -1: its place lies between flushes.</summary>
    public long Flush { get; private set; }

    public bool IsBehind => _phase == Phase.Behind;

    public bool IsGone => _phase == Phase.Gone;

    /// <summary>Held while one thread sends what was missed, so that a second one finds it sent.</summary>
    public Lock CatchingUp { get; } = new();

    /// <summary>Before it is in the audience's list.</summary>
    public void StartAt(long position, long flush) => (Position, Flush) = (position, flush);

    /// <summary>The answer to its join has its place in the outbox: what is sent from now on comes after it.</summary>
    public void Answered()
    {
        lock (_gate)
        {
            if (_phase == Phase.Joining) _phase = Phase.Behind;
            if (_last is not null) _outbox.SendAnyway(_last);
            _last = null;
        }
    }

    public Offered Offer(in RoomFlush flush)
    {
        lock (_gate)
        {
            if (_phase != Phase.InStep) return Offered.Skipped;
            if (Flush != flush.Number - 1) return Offered.OutOfStep;

            var frame = Person.Standing.Moderates ? flush.Moderators : flush.Everyone;
            if (frame is not null)
            {
                if (!_outbox.TrySend(frame))
                {
                    _phase = Phase.Behind;
                    return Offered.Refused;
                }
                Position = flush.To;
            }
            Flush = flush.Number;
            return Offered.Taken;
        }
    }

    /// <summary>Sends what only this reader needs.</summary>
    /// <param name="to">Where the reader is then.</param>
    /// <param name="flush">As <see cref="Flush"/> is then.</param>
    /// <returns>False if it must wait until the outbox has drained, or for ever.</returns>
    public bool TryCatchUp(PushFrame frame, long to, long flush)
    {
        lock (_gate)
        {
            if (_phase == Phase.Gone) return false;
            if (!_outbox.TrySend(frame))
            {
                _phase = Phase.Behind;
                return false;
            }
            (Position, Flush) = (to, flush);
            return true;
        }
    }

    /// <summary>Nothing is missing any more: it takes part in flushes again.</summary>
    public void InStep()
    {
        lock (_gate)
            if (_phase == Phase.Behind)
                _phase = Phase.InStep;
    }

    /// <param name="last">
    /// A last word, if there is one; nothing of the room follows it. It is sent even if the outbox is full: nobody would
    /// make up for it, and there is one at most.
    /// </param>
    /// <returns>False if it had ended before.</returns>
    public bool End(PushFrame? last)
    {
        lock (_gate)
        {
            if (_phase == Phase.Gone) return false;
            if (_phase == Phase.Joining) _last = last;
            else if (last is not null) _outbox.SendAnyway(last);
            _phase = Phase.Gone;
            _outbox.Drained -= OnDrained;
            return true;
        }
    }

    private void OnDrained(Outbox outbox)
    {
        // The outbox may have drained before the thread it refused could say so: that thread is waited for here.
        bool isBehind;
        lock (_gate) isBehind = IsBehind;
        if (isBehind) _drained(this);
    }
}
