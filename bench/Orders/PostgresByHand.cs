using Npgsql;

namespace Engage.Bench.Orders;

/// <summary>
/// A connection per caller, and an order in one round trip: a batch of prepared statements that begins and commits.
/// </summary>
internal sealed class PostgresByHand : ByHand
{
    private readonly NpgsqlDataSource _source;
    private readonly NpgsqlConnection[] _connections;

    private PostgresByHand(NpgsqlDataSource source, NpgsqlConnection[] connections) =>
        (_source, _connections) = (source, connections);

    public static async Task<PostgresByHand> CreateAsync(NpgsqlDataSource source, int callers)
    {
        await using (var schema = source.CreateCommand(Schema("bigint", "bytea", "")))
            await schema.ExecuteNonQueryAsync();
        await using (var fund = source.CreateCommand("""
            INSERT INTO hand_account (account, unit, balance) SELECT unnest($1), $2, $3
            """))
        {
            fund.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = [.. SampleOrder.Wallets] });
            fund.Parameters.Add(Of(SampleOrder.Unit));
            fund.Parameters.Add(Of(SampleOrder.Funds));
            await fund.ExecuteNonQueryAsync();
        }
        var connections = new NpgsqlConnection[callers];
        for (var i = 0; i < callers; i++) connections[i] = await source.OpenConnectionAsync();
        return new(source, connections);
    }

    public override async Task PlaceAsync(int caller, long number)
    {
        await using var batch = new NpgsqlBatch(_connections[caller]);
        Add(batch, "BEGIN");
        // The counter's rows first, for all alike: whoever waits, waits here, and never crosswise.
        Add(batch, TakeNumbers);
        Add(batch, InsertOrder, Of($"order:{SampleOrder.Id(number)}:paid"), Of(SampleOrder.AtMs(number)));
        var line = 0;
        foreach (var (account, unit, amount, _) in SampleOrder.Postings(number))
        {
            Add(
                batch, InsertPosting, Of(++line), Of(SampleOrder.AtMs(number)), Of(account), Of(unit), Of(amount));
            Add(batch, amount < 0 ? TakeFromBalance : AddToBalance, Of(account), Of(unit), Of(amount));
        }
        Write(batch, "order", number, 0, SampleOrder.OrderBody(number));
        Write(batch, "entitlement", number, 1, SampleOrder.GrantBody(number));
        Write(batch, "invoice", number, 2, SampleOrder.InvoiceBody(number));
        Add(batch, "COMMIT");
        await batch.PrepareAsync();
        await batch.ExecuteNonQueryAsync();
    }

    public override async ValueTask DisposeAsync()
    {
        foreach (var connection in _connections) await connection.DisposeAsync();
        await _source.DisposeAsync();
    }

    private static void Write(NpgsqlBatch batch, string kind, long number, long index, byte[] body) => Add(
        batch, InsertDocument, Of(kind), Of(SampleOrder.Id(number)), Of(SampleOrder.Buyer(number)), Of(index),
        Of(body));

    private static void Add(NpgsqlBatch batch, string sql, params NpgsqlParameter[] values)
    {
        var command = new NpgsqlBatchCommand(sql);
        foreach (var value in values) command.Parameters.Add(value);
        batch.BatchCommands.Add(command);
    }

    private static NpgsqlParameter<T> Of<T>(T value) => new() { TypedValue = value };
}
