using Engage.Contracts.Rooms;

namespace Engage.Grains.Rooms;

/// <summary>What happened in each second of the last minutes, and how many people were there at its end.</summary>
internal sealed class PulseSeconds
{
    /// <summary>A power of two above <see cref="RoomPulseView.CurveSeconds"/>.</summary>
    private const int Slots = 1_024;
    private readonly PulseSecond[] _slots = new PulseSecond[Slots];
    private long _newest;

    /// <summary>The slot of a second. A clock that was set back goes on in the newest.</summary>
    /// <param name="present">How many were there when it began.</param>
    public ref PulseSecond At(long second, int present)
    {
        _newest = Math.Max(_newest, second);
        ref var slot = ref _slots[_newest & (Slots - 1)];
        if (slot.Second != _newest) slot = new() { Second = _newest, PresentBefore = present, Present = present };
        return ref slot;
    }

    /// <param name="from">The second asked for; what is older than the window is not answered.</param>
    /// <param name="present">How many are there now.</param>
    public PulseCurve View(long from, long now, int present)
    {
        from = Math.Clamp(from, now - RoomPulseView.CurveSeconds + 1, now);
        var count = (int)(now - from + 1);
        var curve = new PulseCurve(
            from, new int[count], new int[count], new int[count], new int[count], new int[count], new int[count],
            new int[count]);
        for (var i = count - 1; i >= 0; i--)
        {
            // Backwards: before a second in which nothing happened, as many were there as after it.
            ref var slot = ref _slots[(from + i) & (Slots - 1)];
            var happened = slot.Second == from + i;
            curve.Present[i] = happened ? slot.Present : present;
            if (!happened) continue;
            present = slot.PresentBefore;
            (curve.Messages[i], curve.Reactions[i], curve.Questions[i]) =
                (slot.Messages, slot.Reactions, slot.Questions);
            (curve.Votes[i], curve.Joined[i], curve.Left[i]) = (slot.Votes, slot.Joined, slot.Left);
        }
        return curve;
    }

    public void Save(BinaryWriter writer)
    {
        writer.Write(_newest);
        var kept = Array.FindAll(_slots, slot => slot.Second > 0 && slot.Second > _newest - Slots);
        writer.Write7BitEncodedInt(kept.Length);
        foreach (var slot in kept)
        {
            writer.Write7BitEncodedInt64(_newest - slot.Second);
            writer.Write7BitEncodedInt(slot.PresentBefore);
            writer.Write7BitEncodedInt(slot.Present);
            writer.Write7BitEncodedInt(slot.Messages);
            writer.Write7BitEncodedInt(slot.Reactions);
            writer.Write7BitEncodedInt(slot.Questions);
            writer.Write7BitEncodedInt(slot.Votes);
            writer.Write7BitEncodedInt(slot.Joined);
            writer.Write7BitEncodedInt(slot.Left);
        }
    }

    public void Load(BinaryReader reader)
    {
        _newest = reader.ReadInt64();
        for (var left = reader.Read7BitEncodedInt(); left > 0; left--)
        {
            var second = _newest - reader.Read7BitEncodedInt64();
            _slots[second & (Slots - 1)] = new()
            {
                Second = second,
                PresentBefore = reader.Read7BitEncodedInt(),
                Present = reader.Read7BitEncodedInt(),
                Messages = reader.Read7BitEncodedInt(),
                Reactions = reader.Read7BitEncodedInt(),
                Questions = reader.Read7BitEncodedInt(),
                Votes = reader.Read7BitEncodedInt(),
                Joined = reader.Read7BitEncodedInt(),
                Left = reader.Read7BitEncodedInt(),
            };
        }
    }
}

internal struct PulseSecond
{
    public long Second;
    public int PresentBefore;
    public int Present;
    public int Messages;
    public int Reactions;
    public int Questions;
    public int Votes;
    public int Joined;
    public int Left;
}
