using System.Data.Common;
using System.Text;

namespace Engage.Api.Tests.Privacy;

/// <summary>
/// Every column of both databases: whether it says something about somebody, and where she is given it.
/// </summary>
internal static class StoredData
{
    /// <param name="Columns">All, with a star behind those that say something about a person.</param>
    /// <param name="Why">Where an export has it; or why it has not.</param>
    public sealed record Table(string Name, string Columns, string Why);

    private static readonly Table[] Both =
    [
        new("schema_migration", "version name checksum applied_at", "of the database"),
        new("storage_setting", "name value", "of the database"),
        new("storage_counter", "name value", "of the database"),
        new("catalogue_entry", "revision kind id creator community body", "what is published"),
        new("room_log", "room seq at_ms kind audience author* message_id* body*", "rooms"),
        new("book_entry", "seq key at_ms kind postings documents hash", "digests of what documents and postings say"),
        new("book_posting", "seq line at_ms account* unit amount* floor hash", "commerce.postings"),
        new("book_account", "account* unit balance*", "sums of commerce.postings"),
        new("book_document", "kind id* version entry series number keys* body*", "by kind: commerce, plans, access"),
        new("book_key", "key* place kind id*", "the way to documents"),
        new("book_number", "series last", "of the platform"),
        new("book_head", "id seq hash", "a digest"),
        new("personal_key", "user_id* ring_key destroyed_at wrapped*", "a key, which would open what is hers"),
    ];

    private static readonly Table[] OnSqlite =
    [
        new("journal_block", "block heads body*", "activity"),
        new("journal_indexed", "partition offset", "numbers"),
        new("journal_key_run", "run level keys chunks", "an index: numbers"),
        new("journal_key_chunk", "place fence keys", "an index: hashes of ids of events"),
        new("journal_key_filter", "place bits", "an index: bits"),
        new("grain_state", "state_name grain_type grain_key* version modified_at payload*", "by state"),
        new("reminder", "grain_id* name start_at period version", "when to wake which actor"),
        new("model", "name stored_at marks weights upload", "numbers that everybody has taught"),
        new("model_piece", "place bytes", "numbers that everybody has taught"),
    ];

    private static readonly Table[] OnPostgres =
    [
        new("journal_head", "partition offset", "numbers"),
        new("activity_event", "occurred_at* offset partition kind* event_id* user_id* body*", "activity"),
        new("orleansstorage",
            "grainidhash grainidn0 grainidn1 graintypehash graintypestring grainidextensionstring* serviceid "
            + "payloadbinary* modifiedon version", "by state"),
        new("orleansreminderstable", "serviceid grainid* remindername starttime period grainhash version",
            "when to wake which actor"),
        new("orleansquery", "querykey querytext", "of the database"),
        new("orleansmembershipversiontable", "deploymentid timestamp version", "of the cluster"),
        new("orleansmembershiptable",
            "deploymentid address port generation siloname hostname status proxyport suspecttimes starttime "
            + "iamalivetime", "of the cluster"),
        new("model", "name stored_at marks weights", "numbers that everybody has taught"),
    ];

    /// <summary>
    /// By the name of a state: the section of an export that says what is in it; null: nothing of hers.
    /// </summary>
    public static readonly Dictionary<string, string?> States = new(StringComparer.Ordinal)
    {
        ["account"] = "account",
        ["signIn"] = "account",
        ["user"] = "consent",
        ["inbox"] = "inbox",
        ["points"] = "points",
        ["leaders"] = "points",
        ["members"] = "memberships",
        ["memberChanges"] = "memberships",
        ["operators"] = "account",
        ["creatorAccess"] = "ownerships",
        // The same by person; her communities are in "memberships", and the list may be empty.
        ["ownerships"] = null,
        // Made of the log of the room, which is in "rooms".
        ["room"] = "rooms",
        // Counts, and hashes for an hour.
        ["creator"] = null,
        ["content"] = null,
        ["community"] = null,
        ["pump"] = null,
        ["retention"] = null,
        // How far a list of orders was read.
        ["salesReport"] = null,
        // Ids of sessions until their tokens are over; the sessions are in "account".
        ["revocations"] = null,
        // There is none before she asks for it.
        ["erasure"] = null,
    };

    /// <summary>By the kind of a document: whether it is somebody's, and is found by its id.</summary>
    public static readonly Dictionary<string, bool> Documents = new(StringComparer.Ordinal)
    {
        ["order"] = true,
        ["payment"] = true,
        ["invoice"] = true,
        ["entitlement"] = true,
        ["subscription"] = true,
        ["quote"] = true,
        ["tip"] = true,
        ["audit"] = true,
        ["methods"] = true,
        // Found by its code.
        ["gift"] = true,
        // Of whoever sells.
        ["offer"] = false,
        ["coupon"] = false,
        ["payout"] = false,
        // That a trial was had; the subscription says so.
        ["seat"] = false,
        // That an order is the one she has a thing by; the order says so.
        ["owned"] = false,
        // Between the provider and the platform, about an order; the postings say so.
        ["chargeback"] = false,
    };

    public static IEnumerable<Table> Of(bool isPostgres) => Both.Concat(isPostgres ? OnPostgres : OnSqlite);

    /// <returns>Tables with their columns, in order of name.</returns>
    public static Dictionary<string, string[]> Schema(DbConnection connection, bool isPostgres) =>
        Rows(connection, isPostgres
            ? """
              SELECT c.table_name, c.column_name FROM information_schema.columns c
              JOIN information_schema.tables t USING (table_schema, table_name)
              WHERE c.table_schema = 'public' AND t.table_type = 'BASE TABLE'
              """
            : """
              SELECT t.name, c.name FROM sqlite_master t, pragma_table_info(t.name) c
              WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite_%'
              """)
            .GroupBy(row => row[0], row => row[1], StringComparer.Ordinal)
            .ToDictionary(
                table => table.Key, table => table.Order(StringComparer.Ordinal).ToArray(), StringComparer.Ordinal);

    /// <returns>Texts, also of bytes.</returns>
    public static List<string[]> Rows(DbConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        using var reader = command.ExecuteReader();
        var rows = new List<string[]>();
        while (reader.Read())
            rows.Add([.. Enumerable.Range(0, reader.FieldCount).Select(i => Text(reader.GetValue(i)))]);
        return rows;
    }

    private static string Text(object value) => value is byte[] bytes ? Encoding.UTF8.GetString(bytes) : $"{value}";
}
