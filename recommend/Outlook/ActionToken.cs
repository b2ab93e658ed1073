namespace Engage.Recommend;

/// <summary>What of an action goes into a sequence model.</summary>
/// <param name="Kind">The action's kind; <see cref="OutlookOptions.ActionKinds"/> for the moment that is asked
/// about.</param>
/// <param name="Gap">Time since the action before, by powers of √2 of seconds; <see cref="NoGap"/> for the
/// first.</param>
/// <param name="Value">0 for none, else 1 to <see cref="ValueBuckets"/> - 1 from the lowest to the highest.</param>
/// <param name="Repeats">Bits: the item of the action before; an item from further back; the creator of the action
/// before; a creator from further back.</param>
internal readonly record struct ActionToken(byte Kind, byte Gap, byte Value, byte Repeats)
{
    public const int GapBuckets = 64;
    public const int ValueBuckets = 8;
    public const int RepeatBits = 4;

    /// <summary>The gap before the first action.</summary>
    public const byte NoGap = GapBuckets - 1;

    /// <summary>A user's last actions, oldest first, and then the moment that is asked about: how long nothing has
    /// happened says much about what will.</summary>
    /// <param name="into">As many actions as fit are taken, and one place for the moment.</param>
    /// <returns>How many tokens there are, at least 1.</returns>
    public static int Encode(
        OutlookOptions options, ReadOnlySpan<UserAction> history, long nowMs, Span<ActionToken> into)
    {
        var from = Math.Max(0, history.Length - (into.Length - 1));
        for (var i = from; i < history.Length; i++)
        {
            var gap = i == 0 ? NoGap : Bucket(history[i].AtMs - history[i - 1].AtMs);
            var kind = history[i].Kind;
            into[i - from] = new(
                (byte)((uint)kind < (uint)options.ActionKinds ? kind : 0), gap, ValueOf(options, history[i].Value),
                RepeatsOf(history[from..(i + 1)]));
        }

        var count = history.Length - from;
        into[count] = new(
            (byte)options.ActionKinds, count == 0 ? NoGap : Bucket(nowMs - history[^1].AtMs), 0, 0);
        return count + 1;
    }

    private static byte Bucket(long gapMs) =>
        (byte)Math.Min(NoGap - 1, 2 * Math.Log2(1 + (Math.Max(0, gapMs) / 1000.0)));

    private static byte ValueOf(OutlookOptions options, float? value)
    {
        if (value is not { } given || !float.IsFinite(given))
            return 0;
        var share = Math.Clamp((given - options.RatingMin) / (options.RatingMax - options.RatingMin), 0, 1);
        return (byte)(1 + MathF.Round(share * (ValueBuckets - 2)));
    }

    private static byte RepeatsOf(ReadOnlySpan<UserAction> upTo)
    {
        var (item, creator, repeats) = (upTo[^1].Item, upTo[^1].Creator, 0);
        for (var i = upTo.Length - 2; i >= 0; i--)
        {
            var shift = i == upTo.Length - 2 ? 0 : 1;
            repeats |= item != 0 && upTo[i].Item == item ? 1 << shift : 0;
            repeats |= creator != 0 && upTo[i].Creator == creator ? 4 << shift : 0;
        }

        return (byte)repeats;
    }
}
