using System.Text;
using System.Text.Json;

namespace Engage.Sandbox;

/// <summary>
/// What was charged and given back: in memory, and line by line in a file that is on the disk before anybody hears of
/// it. A line that a crash tore was never answered.
/// </summary>
internal sealed class ChargeBook : IDisposable
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);
    private readonly Lock _gate = new();
    private readonly Dictionary<string, Charge> _charges = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Refund> _refunds = new(StringComparer.Ordinal);
    private readonly List<string> _order = [];
    private readonly FileStream _file;

    public ChargeBook(string folder)
    {
        Directory.CreateDirectory(folder);
        _file = new(
            Path.Combine(folder, "charges.jsonl"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read);
        Read();
    }

    public Charge? Find(string id)
    {
        lock (_gate) return _charges.GetValueOrDefault(id);
    }

    /// <summary>In order of their first mention.</summary>
    public ChargePage List(int after, int limit)
    {
        lock (_gate)
        {
            var items = _order.Skip(after).Take(limit).Select(id => _charges[id]).ToArray();
            return new(items, after + items.Length < _order.Count ? after + items.Length : null);
        }
    }

    /// <returns>The charge of this id, and whether it is new.</returns>
    public (Charge Charge, bool IsNew) Add(Charge charge)
    {
        lock (_gate)
        {
            if (_charges.TryGetValue(charge.Id, out var known)) return (known, false);
            Write(new(charge, null));
            return (charge, true);
        }
    }

    /// <returns>The refund of this id and whether it is new; or why there is none.</returns>
    public (Refund? Refund, bool IsNew, string? Wrong) Add(Refund refund)
    {
        lock (_gate)
        {
            if (_refunds.TryGetValue(refund.Id, out var known))
                return known.Charge == refund.Charge && known.Amount == refund.Amount
                    ? (known, false, null)
                    : (null, false, $"refund '{refund.Id}' was another one");
            if (_charges.GetValueOrDefault(refund.Charge) is not { State: "succeeded" } charge)
                return (null, false, $"charge '{refund.Charge}' took no money");
            if (refund.Amount < 1 || refund.Amount > LeftOf(charge))
                return (null, false, $"{refund.Amount} of {LeftOf(charge)} that are left");
            Write(new(null, refund));
            return (refund, true, null);
        }
    }

    /// <summary>The bank takes back all that is left; again: nothing more.</summary>
    /// <returns>Null: there is nothing to take.</returns>
    public Charge? ChargeBack(string id)
    {
        lock (_gate)
        {
            if (_charges.GetValueOrDefault(id) is not { State: "succeeded" } charge) return null;
            if (LeftOf(charge) > 0) Write(new(null, null, id));
            return _charges[id];
        }
    }

    public void Dispose() => _file.Dispose();

    private static long LeftOf(Charge charge) => charge.Amount - charge.Refunded - charge.ChargedBack;

    private void Write(BookLine line)
    {
        _file.Write(JsonSerializer.SerializeToUtf8Bytes(line, Json));
        _file.WriteByte((byte)'\n');
        _file.Flush(flushToDisk: true);
        Apply(line);
    }

    private void Apply(BookLine line)
    {
        if (line.Charge is { } charge)
        {
            _charges[charge.Id] = charge;
            _order.Add(charge.Id);
        }
        if (line.ChargedBack is { } taken)
            _charges[taken] = _charges[taken] with
            {
                ChargedBack = _charges[taken].ChargedBack + LeftOf(_charges[taken]),
            };
        if (line.Refund is { } refund)
        {
            _refunds[refund.Id] = refund;
            var of = _charges[refund.Charge];
            _charges[refund.Charge] = of with { Refunded = of.Refunded + refund.Amount };
        }
    }

    private void Read()
    {
        var bytes = new byte[_file.Length];
        _file.ReadExactly(bytes);
        var end = Array.LastIndexOf(bytes, (byte)'\n') + 1;
        foreach (var line in Encoding.UTF8.GetString(bytes, 0, end).Split('\n', StringSplitOptions.RemoveEmptyEntries))
            Apply(JsonSerializer.Deserialize<BookLine>(line, Json)!);
        _file.SetLength(end);
        _file.Position = end;
    }
}
