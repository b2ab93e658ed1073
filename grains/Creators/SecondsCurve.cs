using Engage.Contracts.Creators;

namespace Engage.Grains.Creators;

/// <summary>
/// Counts per second by the time at which events occurred, which clients say: they come late, early and in any order.
/// Of the seconds that share a slot the newest stays, so that the result does not depend on the order.
/// </summary>
internal sealed class SecondsCurve
{
    /// <summary>More than the window and the five minutes that a clock may be ahead.</summary>
    private const int Slots = 1_024;
    private readonly Slot[] _slots = new Slot[Slots];

    public void Add(long second, int shown, int clicked, int converted)
    {
        ref var slot = ref _slots[second & (Slots - 1)];
        if (second < slot.Second) return;

        if (second > slot.Second) slot = new() { Second = second };
        slot.Shown += shown;
        slot.Clicked += clicked;
        slot.Converted += converted;
    }

    /// <summary>From the second asked for, or the oldest that is kept, up to the present one.</summary>
    public BoardCurve View(long from, long now)
    {
        from = Math.Clamp(from, now - CreatorBoard.CurveSeconds + 1, now);
        var count = (int)(now - from + 1);
        var curve = new BoardCurve(from, new int[count], new int[count], new int[count]);
        for (var i = 0; i < count; i++)
        {
            ref var slot = ref _slots[(from + i) & (Slots - 1)];
            if (slot.Second != from + i) continue;
            (curve.Shown[i], curve.Clicked[i], curve.Converted[i]) = (slot.Shown, slot.Clicked, slot.Converted);
        }
        return curve;
    }

    /// <summary>Only what may still be asked for: a second or two cost a few bytes each.</summary>
    public void Save(BinaryWriter writer)
    {
        var newest = _slots.Max(slot => slot.Second);
        var kept = Array.FindAll(_slots, slot => slot.Second > 0 && slot.Second > newest - Slots);
        writer.Write(newest);
        writer.Write7BitEncodedInt(kept.Length);
        foreach (var slot in kept)
        {
            writer.Write7BitEncodedInt64(newest - slot.Second);
            writer.Write7BitEncodedInt(slot.Shown);
            writer.Write7BitEncodedInt(slot.Clicked);
            writer.Write7BitEncodedInt(slot.Converted);
        }
    }

    public static SecondsCurve Load(BinaryReader reader)
    {
        var curve = new SecondsCurve();
        var newest = reader.ReadInt64();
        for (var left = reader.Read7BitEncodedInt(); left > 0; left--)
            curve.Add(
                newest - reader.Read7BitEncodedInt64(),
                reader.Read7BitEncodedInt(), reader.Read7BitEncodedInt(), reader.Read7BitEncodedInt());
        return curve;
    }

    private struct Slot
    {
        public long Second;
        public int Shown;
        public int Clicked;
        public int Converted;
    }
}
