using Engage.LoadGen.Load.Dialects;

namespace Engage.LoadGen.Load.People;

/// <summary>
/// The entries of a room's log that everyone may see, as running sums: what lies between two places is two look-ups.
/// </summary>
internal sealed class RoomTranscript
{
    private readonly long[] _seqs;
    private readonly ulong[] _digests;

    /// <param name="seqs">In order of the log.</param>
    public RoomTranscript(IEnumerable<long> seqs)
    {
        _seqs = [.. seqs];
        _digests = new ulong[_seqs.Length + 1];
        for (var i = 0; i < _seqs.Length; i++)
            _digests[i + 1] = unchecked(_digests[i] + Push.Mix(_seqs[i]));
    }

    public long Last => _seqs.Length > 0 ? _seqs[^1] : 0;

    /// <summary>How many entries lie above <paramref name="after"/> up to <paramref name="through"/>.</summary>
    public (long Count, ulong Digest) Between(long after, long through)
    {
        var (from, to) = (UpTo(after), UpTo(Math.Max(after, through)));
        return (to - from, unchecked(_digests[to] - _digests[from]));
    }

    private int UpTo(long seq)
    {
        var at = Array.BinarySearch(_seqs, seq);
        return at >= 0 ? at + 1 : ~at;
    }
}
