using Microsoft.Data.Sqlite;

namespace Engage.Bench.Orders;

/// <summary>
/// One connection, set as ours is, with prepared commands. A file has one writer, so callers queue for it here, and not
/// for the file's lock, where they would sleep and look again.
/// </summary>
internal sealed class SqliteByHand : ByHand
{
    private const string Settings = """
        PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA cache_size = -65536;
        PRAGMA wal_autocheckpoint = 4000;
        """;

    private readonly object _gate = new();
    private readonly SqliteConnection _connection;
    private readonly Dictionary<string, SqliteCommand> _commands = [];

    public SqliteByHand(SqliteConnection connection)
    {
        _connection = connection;
        connection.Open();
        Run(Settings + Schema("INTEGER", "blob", "WITHOUT ROWID"));
        Run("BEGIN IMMEDIATE");
        foreach (var wallet in SampleOrder.Wallets) Run(AddToBalance, wallet, SampleOrder.Unit, SampleOrder.Funds);
        Run("COMMIT");
    }

    public override Task PlaceAsync(int caller, long number)
    {
        lock (_gate) Place(number);
        return Task.CompletedTask;
    }

    public override ValueTask DisposeAsync()
    {
        foreach (var command in _commands.Values) command.Dispose();
        return _connection.DisposeAsync();
    }

    private void Place(long number)
    {
        Run("BEGIN IMMEDIATE");
        Run(TakeNumbers);
        Run(InsertOrder, $"order:{SampleOrder.Id(number)}:paid", SampleOrder.AtMs(number));
        var line = 0L;
        foreach (var (account, unit, amount, _) in SampleOrder.Postings(number))
        {
            Run(InsertPosting, ++line, SampleOrder.AtMs(number), account, unit, amount);
            if (Run(amount < 0 ? TakeFromBalance : AddToBalance, account, unit, amount) != 1)
                throw new InvalidOperationException($"{account} cannot pay.");
        }
        Write("order", number, 0, SampleOrder.OrderBody(number));
        Write("entitlement", number, 1, SampleOrder.GrantBody(number));
        Write("invoice", number, 2, SampleOrder.InvoiceBody(number));
        Run("COMMIT");
    }

    private void Write(string kind, long number, long index, byte[] body) =>
        Run(InsertDocument, kind, SampleOrder.Id(number), SampleOrder.Buyer(number), index, body);

    private int Run(string sql, params object[] values)
    {
        if (!_commands.TryGetValue(sql, out var command))
        {
            _commands.Add(sql, command = _connection.CreateCommand());
            command.CommandText = sql;
            for (var i = 1; i <= values.Length; i++) command.Parameters.Add(new() { ParameterName = $"${i}" });
        }
        for (var i = 0; i < values.Length; i++) command.Parameters[i].Value = values[i];
        return command.ExecuteNonQuery();
    }
}
