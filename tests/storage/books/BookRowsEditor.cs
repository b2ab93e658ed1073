using System.Data.Common;
using System.Globalization;

namespace Engage.Storage.Tests.Books;

/// <summary>Changes rows of the books behind their back, as a database tool would, and back again.</summary>
internal sealed class BookRowsEditor(DbConnection connection) : IDisposable
{
    /// <summary>Each table with the columns that name a row.</summary>
    public static readonly IReadOnlyDictionary<string, string[]> Tables = new Dictionary<string, string[]>
    {
        ["book_entry"] = ["seq"],
        ["book_posting"] = ["seq", "line"],
        ["book_account"] = ["account", "unit"],
        ["book_document"] = ["kind", "id"],
        ["book_key"] = ["key", "place"],
        ["book_number"] = ["series"],
        ["book_head"] = ["id"],
    };

    public void Dispose() => connection.Dispose();

    /// <summary>All rows, by their keys.</summary>
    public List<Dictionary<string, object>> Rows(string table)
    {
        using var command = Command($"SELECT * FROM {table} ORDER BY {string.Join(", ", Tables[table])}");
        using var reader = command.ExecuteReader();
        var rows = new List<Dictionary<string, object>>();
        while (reader.Read())
            rows.Add(Enumerable.Range(0, reader.FieldCount).ToDictionary(reader.GetName, reader.GetValue));
        return rows;
    }

    public void Set(string table, Dictionary<string, object> row, string column, object value)
    {
        using var command = Command($"UPDATE {table} SET {column} = @value WHERE {Where(table)}");
        Bind(command, "value", value);
        BindKey(command, table, row);
        Assert.Equal(1, command.ExecuteNonQuery());
    }

    public void Delete(string table, Dictionary<string, object> row)
    {
        using var command = Command($"DELETE FROM {table} WHERE {Where(table)}");
        BindKey(command, table, row);
        Assert.Equal(1, command.ExecuteNonQuery());
    }

    public void Insert(string table, Dictionary<string, object> row)
    {
        var columns = row.Keys.ToArray();
        using var command = Command(
            $"INSERT INTO {table} ({string.Join(", ", columns)}) VALUES (@{string.Join(", @", columns)})");
        foreach (var (column, value) in row) Bind(command, column, value);
        Assert.Equal(1, command.ExecuteNonQuery());
    }

    public int Execute(string sql)
    {
        using var command = Command(sql);
        return command.ExecuteNonQuery();
    }

    /// <summary>The same value with one bit of it changed; of null, something.</summary>
    public static object Flipped(object value, int at) => value switch
    {
        long number => number ^ (1L << (at % 63)),
        int number => number ^ (1 << (at % 31)),
        string text => Flipped(text, at),
        byte[] bytes => Flipped(bytes, at),
        DBNull => 0L,
        _ => throw new ArgumentException($"No value of the books: {value.GetType()}"),
    };

    private static byte[] Flipped(byte[] bytes, int at)
    {
        var changed = (byte[])bytes.Clone();
        changed[at % changed.Length] ^= (byte)(1 << (at % 8));
        return changed;
    }

    private static string Flipped(string text, int at)
    {
        if (text.Length == 0) return "x";
        var characters = text.ToCharArray();
        ref var one = ref characters[at % characters.Length];
        // A bit that makes neither a control character nor another id of the same books.
        one = one is '\n' or >= '@' and < '`' ? (char)(one ^ 0x20) : (char)(one ^ 0x40);
        return new(characters);
    }

    private static string Where(string table) => string.Join(" AND ", Tables[table].Select(key => $"{key} = @k_{key}"));

    private static void BindKey(DbCommand command, string table, Dictionary<string, object> row)
    {
        foreach (var key in Tables[table]) Bind(command, $"k_{key}", row[key]);
    }

    private static void Bind(DbCommand command, string name, object value)
    {
        var parameter = command.CreateParameter();
        (parameter.ParameterName, parameter.Value) = (name, value);
        command.Parameters.Add(parameter);
    }

    private DbCommand Command(string sql)
    {
        var command = connection.CreateCommand();
        command.CommandText = sql;
        return command;
    }

    public static string Describe(Dictionary<string, object> row) => string.Join(
        ", ", row.Select(cell => $"{cell.Key}={Convert.ToString(cell.Value, CultureInfo.InvariantCulture)}"));
}
