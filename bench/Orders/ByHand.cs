namespace Engage.Bench.Orders;

/// <summary>
/// The same order as one would write it without books: plain tables with the same columns, keys and indexes, one
/// transaction per order, no hashes.
/// </summary>
internal abstract class ByHand : IAsyncDisposable
{
    /// <param name="key">The type of a number that names rows of a table in their order.</param>
    /// <param name="bytes">The type of bytes.</param>
    /// <param name="clustered">What keeps a table's rows in its primary key, if there is something.</param>
    protected static string Schema(string key, string bytes, string clustered) => $"""
        CREATE TABLE hand_order (
            seq {key} NOT NULL PRIMARY KEY, key text NOT NULL UNIQUE, at_ms bigint NOT NULL, kind text NOT NULL);
        CREATE TABLE hand_posting (
            seq bigint NOT NULL, line integer NOT NULL, at_ms bigint NOT NULL, account text NOT NULL,
            unit text NOT NULL, amount bigint NOT NULL, PRIMARY KEY (seq, line)) {clustered};
        CREATE INDEX hand_posting_account ON hand_posting (account, seq, line);
        CREATE INDEX hand_posting_time ON hand_posting (account, unit, at_ms, amount);
        CREATE TABLE hand_account (
            account text NOT NULL, unit text NOT NULL, balance bigint NOT NULL, PRIMARY KEY (account, unit)) {clustered};
        CREATE TABLE hand_document (
            kind text NOT NULL, id text NOT NULL, version bigint NOT NULL, number bigint, buyer text NOT NULL,
            place bigint NOT NULL, body {bytes} NOT NULL, UNIQUE (kind, id));
        CREATE INDEX hand_document_buyer ON hand_document (buyer, place);
        CREATE INDEX hand_document_kind ON hand_document (buyer, kind, place);
        CREATE UNIQUE INDEX hand_document_number ON hand_document (number) WHERE number IS NOT NULL;
        CREATE TABLE hand_number (series text NOT NULL PRIMARY KEY, last bigint NOT NULL) {clustered};
        INSERT INTO hand_number VALUES ('invoice', 0), ('order', 0)
        """;

    // The number that the transaction took is the row's own until the commit: nobody else can have changed it.
    protected const string TakeNumbers = "UPDATE hand_number SET last = last + 1";
    protected const string OrderNumber = "(SELECT last FROM hand_number WHERE series = 'order')";
    protected const string InvoiceNumber = "(SELECT last FROM hand_number WHERE series = 'invoice')";

    protected const string InsertOrder =
        "INSERT INTO hand_order (seq, key, at_ms, kind) VALUES (" + OrderNumber + ", $1, $2, 'sale')";

    protected const string InsertPosting = """
        INSERT INTO hand_posting (seq, line, at_ms, account, unit, amount) VALUES (
        """ + OrderNumber + ", $1, $2, $3, $4, $5)";

    protected const string AddToBalance = """
        INSERT INTO hand_account (account, unit, balance) VALUES ($1, $2, $3)
        ON CONFLICT (account, unit) DO UPDATE SET balance = hand_account.balance + excluded.balance
        """;

    /// <summary>Changes no row where the balance does not suffice.</summary>
    protected const string TakeFromBalance = """
        UPDATE hand_account SET balance = balance + $3 WHERE account = $1 AND unit = $2 AND balance + $3 >= 0
        """;

    protected const string InsertDocument = """
        INSERT INTO hand_document (kind, id, version, number, buyer, place, body) VALUES ($1, $2, 1,
            CASE WHEN $1 = 'invoice' THEN
        """ + " " + InvoiceNumber + " END, $3, " + OrderNumber + " * 1000 + $4, $5)";

    /// <summary>Returns when the order is durable.</summary>
    public abstract Task PlaceAsync(int caller, long number);

    public abstract ValueTask DisposeAsync();
}
