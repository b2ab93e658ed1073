using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Engage.Storage;

/// <summary>Where durable facts live and how much may wait for the disk.</summary>
public sealed class StorageOptions
{
    public const string Sqlite = "sqlite";
    public const string Postgres = "postgres";

    /// <summary>
    /// The kind of database: <see cref="Sqlite"/>, a file that one process owns, or <see cref="Postgres"/>, a server
    /// that several processes may share. Default: <c>sqlite</c>.
    /// </summary>
    public string Kind { get; set; } = Sqlite;

    /// <summary>
    /// PostgreSQL only, and required there: keywords (<c>Host=db;Username=engage;Password=...;Database=engage</c>) or a
    /// URL (<c>postgres://engage:password@db:5432/engage?sslmode=require</c>). The role must own its schema, where the
    /// tables are created. It is never logged.
    /// </summary>
    public string? ConnectionString { get; set; }

    /// <summary>
    /// PostgreSQL only: whose grain states and reminders the rows are; the Orleans cluster's service id. Changing it
    /// hides all state written before. At most 150 characters. Default: <c>engage</c>.
    /// </summary>
    public string ServiceId { get; set; } = "engage";

    /// <summary>
    /// SQLite only. The folder of the database, created when absent. One process owns it at a time. Put it on a local
    /// disk: locks and fsync of network file systems do not keep the promises made here. Default: <c>data</c> under the
    /// working directory.
    /// </summary>
    public string Path { get; set; } = "data";

    /// <summary>
    /// Partitions of the journal, and so the number of pumps that work side by side. Fixed when the journal is created.
    /// More spread the work over more cores; each costs a pump and a tail in memory. 1 to 1,024. Default: 8.
    /// </summary>
    public int PartitionCount { get; set; } = 8;

    /// <summary>
    /// Rows (events, or grain states) that may wait for the disk, per lane. Beyond it callers get a
    /// <see cref="Contracts.BusyException"/>. More rides out longer stalls of the disk; it costs memory and lets
    /// acknowledgements grow old. Default: 65,536.
    /// </summary>
    public int WriteQueueMax { get; set; } = 65_536;

    /// <summary>Events one append may carry; bounds how long one caller can hold a group. Default: 10,000.</summary>
    public int AppendEventsMax { get; set; } = 10_000;

    /// <summary>
    /// Journal rows after which a group is closed and committed. More shares one fsync among more callers; the first of
    /// them waits for the last. Default: 4,096.
    /// </summary>
    public int GroupRowsMax { get; set; } = 4_096;

    /// <summary>
    /// Grain states that join a group which carries appends. More flushes states faster while events stream in; every
    /// one of them (some 20 µs) is in the way of an acknowledgement. Default: 64.
    /// </summary>
    public int StateShareMax { get; set; } = 64;

    /// <summary>
    /// Grain states in a group without appends: the most an append that arrives meanwhile can find in front of it.
    /// Default: 256.
    /// </summary>
    public int StateGroupMax { get; set; } = 256;

    /// <summary>
    /// How long a group waits for company after a group that had plenty. It never waits on an idle system. Longer saves
    /// fsyncs and delays acknowledgements by as much; zero turns it off. Default: 0.3 ms.
    /// </summary>
    public TimeSpan LingerMax { get; set; } = TimeSpan.FromMilliseconds(0.3);

    /// <summary>
    /// Newest events of each partition kept in memory, so that a pump that keeps up never asks the database.
    /// One event takes some 200 bytes on SQLite, 700 on PostgreSQL. Default: 4,096.
    /// </summary>
    public int TailEventsMax { get; set; } = 4_096;

    /// <summary>Events one read returns at most, whatever it asks for. Default: 10,000.</summary>
    public int ReadEventsMax { get; set; } = 10_000;

    /// <summary>
    /// Connections that read, and so the number of threads that reading can hold. More than cores seldom helps.
    /// Default: 4.
    /// </summary>
    public int ReadersMax { get; set; } = 4;

    /// <summary>
    /// SQLite only. Newest events whose keys are kept in memory before they go, sorted, to the index that finds
    /// retries. More means fewer merges and fewer filters to ask, some 200 bytes of memory each, and a longer start
    /// (about a second per million). Default: 65,536.
    /// </summary>
    public int EventKeysMax { get; set; } = 65_536;

    /// <summary>
    /// PostgreSQL only: connections that append, the partitions divided among them. One forms the largest groups; a
    /// second writes while the first waits for the disk, which helps where a commit waits long and the server has cores
    /// to spare. 1 to 64. Default: 1.
    /// </summary>
    public int JournalLanes { get; set; } = 1;

    /// <summary>
    /// PostgreSQL only: how long reads and appends are tried again while the server is away (a restart, a broken
    /// connection) before their callers are told. Longer rides out longer restarts; callers wait as long. Zero to 10
    /// minutes. Default: 10 s.
    /// </summary>
    public TimeSpan RetryMax { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// How grain state is written as JSON. Give it the source-generated resolver of the states to avoid reflection.
    /// Text stays readable (no \u escapes for Chinese), nulls are left out, numbers that JSON lacks (NaN) are written
    /// by name.
    /// </summary>
    public JsonSerializerOptions StateJson { get; set; } = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        IncludeFields = true,
    };

    /// <exception cref="ArgumentException">An option is out of its range; the text names it.</exception>
    internal void Validate()
    {
        if (Kind is not (Sqlite or Postgres))
            throw new ArgumentException($"Storage option {nameof(Kind)} is '{Kind}'; expected {Sqlite} or {Postgres}.");
        if (Kind == Sqlite) ArgumentException.ThrowIfNullOrWhiteSpace(Path);
        if (string.IsNullOrWhiteSpace(ServiceId) || ServiceId.Length > 150)
            throw new ArgumentException($"Storage option {nameof(ServiceId)} must have 1 to 150 characters.");
        Check(nameof(PartitionCount), PartitionCount, 1, 1_024);
        Check(nameof(WriteQueueMax), WriteQueueMax, 1, 16_777_216);
        Check(nameof(AppendEventsMax), AppendEventsMax, 1, 1_000_000);
        Check(nameof(GroupRowsMax), GroupRowsMax, 1, 1_000_000);
        Check(nameof(StateShareMax), StateShareMax, 1, 1_000_000);
        Check(nameof(StateGroupMax), StateGroupMax, 1, 1_000_000);
        Check(nameof(TailEventsMax), TailEventsMax, 1, 16_777_216);
        Check(nameof(ReadEventsMax), ReadEventsMax, 1, 1_000_000);
        Check(nameof(ReadersMax), ReadersMax, 1, 256);
        Check(nameof(JournalLanes), JournalLanes, 1, 64);
        Check(nameof(EventKeysMax), EventKeysMax, 1, 100_000_000);
        if (RetryMax < TimeSpan.Zero || RetryMax > TimeSpan.FromMinutes(10))
            throw new ArgumentException($"Storage option {nameof(RetryMax)} is {RetryMax}; expected 0 to 10 minutes.");
        if (LingerMax < TimeSpan.Zero || LingerMax > TimeSpan.FromMilliseconds(100))
            throw new ArgumentException($"Storage option {nameof(LingerMax)} is {LingerMax}; expected 0 to 100 ms.");
    }

    private static void Check(string name, int value, int min, int max)
    {
        if (value < min || value > max)
            throw new ArgumentException($"Storage option {name} is {value}; expected {min} to {max}.");
    }
}
