namespace Engage.Grains.Creators;

/// <summary>
/// Who has clicked on the recommendation of what lately, of one partition: a partition's order is the same in every
/// replay, that of several together is not. Keeps a hash of each pair; two of them being equal by chance would take
/// billions.
/// </summary>
internal sealed class ClickMemory
{
    /// <summary>A click that this many others followed is forgotten.</summary>
    public const int ClicksMax = 512;

    private const ulong FnvOffset = 14695981039346656037;
    private const ulong FnvPrime = 1099511628211;
    private readonly ulong[] _clicks = new ulong[ClicksMax];
    private int _next;

    public void Add(string user, string content)
    {
        var click = Hash(user, content);
        if (_clicks.AsSpan().Contains(click)) return;

        _clicks[_next] = click;
        _next = (_next + 1) % ClicksMax;
    }

    /// <returns>True once per click.</returns>
    public bool Take(string user, string content)
    {
        var at = _clicks.AsSpan().IndexOf(Hash(user, content));
        if (at < 0) return false;

        _clicks[at] = 0;
        return true;
    }

    public void Save(BinaryWriter writer)
    {
        writer.Write7BitEncodedInt(_next);
        writer.Write7BitEncodedInt(ClicksMax - _clicks.AsSpan().Count(0UL));
        for (var i = 0; i < ClicksMax; i++)
        {
            if (_clicks[i] == 0) continue;
            writer.Write7BitEncodedInt(i);
            writer.Write(_clicks[i]);
        }
    }

    public static ClickMemory Load(BinaryReader reader)
    {
        var memory = new ClickMemory { _next = reader.Read7BitEncodedInt() };
        for (var left = reader.Read7BitEncodedInt(); left > 0; left--)
        {
            var at = reader.Read7BitEncodedInt();
            memory._clicks[at] = reader.ReadUInt64();
        }
        return memory;
    }

    /// <summary>FNV-1a, 64 bits: the same in every process, unlike that of strings. 0 is no click.</summary>
    private static ulong Hash(string user, string content)
    {
        var hash = FnvOffset;
        foreach (var c in user) hash = (hash ^ c) * FnvPrime;
        hash *= FnvPrime;
        foreach (var c in content) hash = (hash ^ c) * FnvPrime;
        return hash == 0 ? 1 : hash;
    }
}
