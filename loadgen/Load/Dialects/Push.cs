namespace Engage.LoadGen.Load.Dialects;

/// <summary>What a room sent in one piece, taken apart once for all who received the same bytes.</summary>
/// <param name="After">Whoever has seen this has, with the push, seen <paramref name="To"/>.</param>
/// <param name="Seqs">Places of the entries in the room's log, as they came.</param>
/// <param name="Stamps">
/// When each was meant to be sent, in the generator's own timestamps; 0 for what no generator has sent.
/// </param>
internal sealed record Push(long After, long To, long[] Seqs, long[] Stamps)
{
    /// <summary>The sum of the entries' <see cref="Mix"/>: tells sets of entries apart whatever their order.</summary>
    public ulong Digest { get; } = Seqs.Aggregate(0UL, (sum, seq) => unchecked(sum + Mix(seq)));

    /// <summary>Whether the entries rise from above <see cref="After"/> to <see cref="To"/> at most.</summary>
    public bool InOrder { get; } =
        After <= To && Seqs.Zip(Seqs.Skip(1)).All(pair => pair.First < pair.Second)
        && (Seqs.Length == 0 || (Seqs[0] > After && Seqs[^1] <= To));

    /// <summary>Spreads numbers over all bits (the finalizer of Steele, Lea and Flood's SplitMix64).</summary>
    public static ulong Mix(long seq)
    {
        unchecked
        {
            var z = (ulong)seq + 0x9E3779B97F4A7C15;
            z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
            z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
            return z ^ (z >> 31);
        }
    }
}

/// <summary>The answer to joining.</summary>
/// <param name="Mode"><c>recent</c>, <c>resumed</c> or <c>reload</c>.</param>
/// <param name="Entries">What came with it; <see cref="Push.To"/> is where live pushes begin.</param>
internal sealed record Joined(string Mode, Push Entries);

/// <summary>The answer to one call.</summary>
/// <param name="Call">The number that the caller gave it.</param>
/// <param name="Seq">The entry that it made.</param>
/// <param name="Problem">Why it was refused; null: done.</param>
/// <param name="RetryAfter">When a refused call may be repeated.</param>
internal readonly record struct Answer(
    int Call, long? Seq = null, string? Problem = null, TimeSpan? RetryAfter = null, Joined? Joined = null);
