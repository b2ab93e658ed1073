namespace Engage.Embedded.Generator;

/// <summary>A list that compares by its items, so that the compiler can tell that nothing changed.</summary>
internal readonly struct Items<T>(IReadOnlyList<T> items) : IEquatable<Items<T>>
    where T : IEquatable<T>
{
    private readonly IReadOnlyList<T>? _items = items;

    public IReadOnlyList<T> All => _items ?? [];

    public bool Equals(Items<T> other) => All.SequenceEqual(other.All);

    public override bool Equals(object? obj) => obj is Items<T> other && Equals(other);

    public override int GetHashCode() => All.Aggregate(All.Count, (hash, item) => (hash * 31) + item.GetHashCode());
}

/// <summary>An interface to make a proxy for. Types are written with <c>global::</c>.</summary>
internal sealed record InterfaceModel(string Type, string Name, string Identifier, Items<MethodModel> Methods);

/// <summary>A method of the interface or of one that it extends.</summary>
/// <param name="Owner">The interface that declares it.</param>
/// <param name="Result">The T of Task of T, or null.</param>
/// <param name="Kind">What it returns.</param>
/// <param name="Flags">Members of CallOptions, joined by a bar.</param>
/// <param name="TimeoutTicks">Of [ResponseTimeout], or null.</param>
internal sealed record MethodModel(
    string Owner,
    string Name,
    string ReturnType,
    string? Result,
    ReturnKind Kind,
    string Flags,
    long? TimeoutTicks,
    Items<ParameterModel> Parameters);

/// <param name="IsAddressable">A grain or observer: passed as a reference.</param>
/// <param name="IsImmutable">Declared [Immutable] here: never copied.</param>
internal sealed record ParameterModel(
    string Type, string Name, bool IsCancellationToken, bool IsAddressable, bool IsImmutable);

internal enum ReturnKind
{
    Void,
    Task,
    TaskOfResult,
    ValueTask,
    ValueTaskOfResult,
}

/// <summary>Something that the engine cannot do, and where it is written.</summary>
internal sealed record Complaint(string Message, string File, int Start, int Length, int Line, int Column);

/// <summary>What one type declaration gives.</summary>
internal sealed record Finding(InterfaceModel? Interface, string? Class, Items<Complaint> Complaints);
