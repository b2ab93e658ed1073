using Engage.LoadGen.Load.Dialects;

namespace Engage.LoadGen.Load.People;

/// <summary>
/// What one person received, held against what she should have: in a stay, everything of the room's log above where it
/// began, once and in order. Pushes that follow each other without a gap cost an addition; only what does not fit is
/// looked at one by one.
/// </summary>
internal sealed class Reception
{
    private readonly List<(long After, long Through)> _stays = [];
    private readonly List<(long After, long Through)> _gaps = [];
    private readonly HashSet<long> _late = [];
    private long _missing;
    private ulong _digest;
    private bool _isIn;

    /// <summary>Everything up to here was received, but for what is known to be missing.</summary>
    public long Through { get; private set; }

    /// <summary>Entries received in stays, each counted once.</summary>
    public long Received { get; private set; }

    public long Doubled { get; private set; }

    public long OutOfOrder { get; private set; }

    /// <summary>Stays so far; each after the first could not go on where the one before it ended.</summary>
    public int Stays => _stays.Count;

    /// <summary>Something is missing or came twice. Order is not asked: a bare hub promises none.</summary>
    public bool IsFlawed => _missing > 0 || Doubled > 0;

    /// <summary>Whether she is in the room, so that what comes is hers to receive.</summary>
    public bool IsIn => _isIn;

    /// <summary>The room let her in.</summary>
    /// <returns>What counts as received with it.</returns>
    public Push? Join(Joined answer)
    {
        if (answer.Mode == "resumed" && _stays.Count > 0)
        {
            _isIn = true;
            // It says where it ends; it begins where we said that we had been.
            var missed = new Push(Through, answer.Entries.To, answer.Entries.Seqs, answer.Entries.Stamps);
            Take(missed);
            return missed;
        }

        Leave();
        _isIn = true;
        Through = answer.Entries.To;
        _stays.Add((Through, Through));
        return null;
    }

    public void Take(Push push)
    {
        if (push.After == Through && push.InOrder)
        {
            Through = push.To;
            Received += push.Seqs.Length;
            _digest = unchecked(_digest + push.Digest);
        }
        else
        {
            TakeOneByOne(push);
        }
    }

    /// <summary>She went on her own account, and misses what comes from now on.</summary>
    public void Leave()
    {
        if (_isIn)
            _stays[^1] = (_stays[^1].After, Through);
        _isIn = false;
    }

    /// <summary>Holds it all against the log.</summary>
    public Verdict Compare(RoomTranscript log)
    {
        var (expected, digest) = (0L, 0UL);
        for (var i = 0; i < _stays.Count; i++)
        {
            var isLast = i == _stays.Count - 1;
            var end = isLast && _isIn ? Math.Max(log.Last, Through) : isLast ? Through : _stays[i].Through;
            var (count, sum) = log.Between(_stays[i].After, end);
            expected += count;
            digest = unchecked(digest + sum);
        }

        var lost = Math.Max(0, expected - Received);
        var unknown = Math.Max(0, Received - expected);
        // As many as there should be, but not the same ones: each that is missing hides behind a strange one.
        if (lost == 0 && unknown == 0 && digest != _digest)
            (lost, unknown) = (1, 1);
        return new(expected, Received, lost, Doubled + unknown, OutOfOrder);
    }

    private void TakeOneByOne(Push push)
    {
        if (push.After > Through)
        {
            _gaps.Add((Through, push.After));
            _missing += push.After - Through;
        }

        var (before, last) = (Math.Max(Through, push.After), Math.Max(Through, push.After));
        var inThis = new HashSet<long>();
        foreach (var seq in push.Seqs)
        {
            var isNew = seq > before ? inThis.Add(seq) : IsMissing(seq) && _late.Add(seq);
            if (!isNew)
            {
                Doubled++;
                continue;
            }

            Received++;
            if (seq <= before)
                _missing--;
            _digest = unchecked(_digest + Push.Mix(seq));
            if (seq < last)
                OutOfOrder++;
            _gaps.Remove((seq - 1, seq));
            last = Math.Max(last, seq);
        }

        Through = Math.Max(Through, Math.Max(push.To, last));
    }

    private bool IsMissing(long seq) => _gaps.Exists(gap => seq > gap.After && seq <= gap.Through);
}

/// <summary>Entries that one or more people should have received, and what became of them.</summary>
internal sealed record Verdict(long Expected, long Received, long Lost, long Doubled, long OutOfOrder)
{
    public static Verdict None { get; } = new(0, 0, 0, 0, 0);

    public static Verdict operator +(Verdict a, Verdict b) => new(
        a.Expected + b.Expected, a.Received + b.Received, a.Lost + b.Lost, a.Doubled + b.Doubled,
        a.OutOfOrder + b.OutOfOrder);
}
