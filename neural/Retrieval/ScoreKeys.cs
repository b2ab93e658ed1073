namespace Engage.Neural;

/// <summary>
/// A scored item as one number that sorts by score and then by item: the greatest key is the best item, of equal scores
/// the lower number. NaN is below every score.
/// </summary>
public static class ScoreKeys
{
    private const uint NegativeNaN = 0xFFC0_0000;

    /// <param name="item">Not negative.</param>
    public static ulong Of(float score, int item)
    {
        // The bits of a float sort like integers once negative numbers are reversed; adding 0 makes -0 equal to 0. The
        // number is complemented, for the lower one is to be the greater key.
        var bits = float.IsNaN(score) ? NegativeNaN : BitConverter.SingleToUInt32Bits(score + 0f);
        bits ^= (uint)((int)bits >> 31) | 0x8000_0000;
        return ((ulong)bits << 32) | (uint)~item;
    }

    /// <summary>The item of a key.</summary>
    public static int ItemOf(ulong key) => ~(int)(uint)key;

    /// <summary>The score of a key; never -0.</summary>
    public static float ScoreOf(ulong key)
    {
        var bits = (uint)(key >> 32);
        return BitConverter.UInt32BitsToSingle((bits & 0x8000_0000) != 0 ? bits ^ 0x8000_0000 : ~bits);
    }
}
