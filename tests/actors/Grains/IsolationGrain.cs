namespace Engage.Actors.Tests.Grains;

public enum OrderSize
{
    Small,
    Large,
}

[GenerateSerializer, Alias("test.order-line")]
public sealed class OrderLine
{
    [Id(0)]
    public string Text { get; set; } = "";

    [Id(1)]
    public OrderLine? Next { get; set; }
}

[GenerateSerializer, Alias("test.order-place")]
public readonly record struct OrderPlace([property: Id(0)] string Room, [property: Id(1)] int Seat);

#pragma warning disable ORLEANS0004 // One member has no id, on purpose.
[GenerateSerializer, Alias("test.order")]
public sealed class Order
#pragma warning restore ORLEANS0004
{
    [Id(0)]
    public List<OrderLine> Lines { get; set; } = [];

    [Id(1)]
    public Dictionary<string, OrderLine> ByName { get; set; } = [];

    [Id(2)]
    public HashSet<string> Tags { get; set; } = [];

    [Id(3)]
    public decimal[] Prices { get; set; } = [];

    [Id(4)]
    public (int Number, string Name) Pair { get; set; }

    [Id(5)]
    public DateTimeOffset? Due { get; set; }

    [Id(6)]
    public OrderSize Size { get; set; }

    [Id(7)]
    public OrderPlace Place { get; set; }

    [Id(8)]
    public string? Nothing { get; set; }

    public string? Secret { get; set; }
}

/// <summary>No <c>[GenerateSerializer]</c>, on purpose.</summary>
public sealed class NotSerializable : IAnything;

public interface IAnything;

public interface IIsolationGrain : IGrainWithStringKey
{
    Task Keep(Order order);

    Task<Order> Return();

    Task<string> Kept();

    Task KeepAnything(IAnything thing);

    Task<IEnumerable<int>> ReturnQuery();
}

public sealed class IsolationGrain : Grain, IIsolationGrain
{
    private Order? _order;

    public Task Keep(Order order)
    {
        _order = order;
        return Task.CompletedTask;
    }

    public Task<Order> Return() => Task.FromResult(_order!);

    public Task<string> Kept() => Task.FromResult(_order is null ? "nothing" : string.Join(",", Texts(_order)));

    public Task KeepAnything(IAnything thing) => Task.FromResult(thing);

    public Task<IEnumerable<int>> ReturnQuery() => Task.FromResult(Enumerable.Range(0, 3).Where(n => n > 1));

    private static IEnumerable<string> Texts(Order order) => order.Lines.Select(line => line.Text);
}
