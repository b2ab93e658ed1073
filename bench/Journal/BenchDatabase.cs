namespace Engage.Bench.Journal;

/// <summary>A kind of database on this machine's disk: fresh places for the journal, and the peers beside it.</summary>
internal abstract class BenchDatabase : IDisposable
{
    /// <summary>The value of the storage option Kind.</summary>
    public abstract string Name { get; }

    /// <summary>A file here lies on the same disk as the database.</summary>
    public abstract string Folder { get; }

    /// <summary>An empty place: what to set in the storage options beside the kind.</summary>
    public abstract KeyValuePair<string, string?> CreatePlace();

    /// <summary>An empty table with the journal's columns and keys, one plain row per event.</summary>
    public abstract PeerTable CreatePeerTable();

    public abstract void Dispose();
}

/// <summary>What one would write without a journal of one's own.</summary>
internal abstract class PeerTable : IDisposable
{
    /// <summary>Whether <see cref="Load"/> is the database's own fastest way, and so a peer.</summary>
    public abstract bool LoadsByCopy { get; }

    /// <summary>Writes the rows numbered 0 to <paramref name="rows"/>, all in one transaction.</summary>
    public abstract void Load(long rows);

    /// <summary>Brings what is written to its place, so that what is measured next does not pay for it.</summary>
    public abstract void Settle();

    /// <summary>Writes one row; returns when it is durable.</summary>
    public abstract void Insert(long number);

    public abstract void Dispose();
}
