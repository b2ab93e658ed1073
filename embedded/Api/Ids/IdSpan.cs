using System.Text;

namespace Orleans.Runtime;

/// <summary>
/// The text of a key or type name. Orleans keeps UTF-8 bytes because it sends them; nothing leaves this process, so the
/// string is kept, and reading a grain's key back costs nothing.
/// </summary>
public readonly struct IdSpan : IEquatable<IdSpan>, IComparable<IdSpan>
{
    private readonly string? _value;

    /// <param name="value">UTF-8.</param>
    public IdSpan(byte[] value) => _value = Encoding.UTF8.GetString(value);

    private IdSpan(string value) => _value = value;

    /// <summary>The UTF-8 bytes, made on each call.</summary>
    public ReadOnlyMemory<byte> Value => _value is null ? default : Encoding.UTF8.GetBytes(_value);

    public bool IsDefault => string.IsNullOrEmpty(_value);

    public static IdSpan Create(string id)
    {
        ArgumentNullException.ThrowIfNull(id);
        return new(id);
    }

    /// <summary>The UTF-8 bytes, made on each call.</summary>
    public ReadOnlySpan<byte> AsSpan() => Value.Span;

    public override bool Equals(object? obj) => obj is IdSpan other && Equals(other);

    public bool Equals(IdSpan obj) => string.Equals(_value, obj._value, StringComparison.Ordinal);

    public override int GetHashCode() => _value is null ? 0 : string.GetHashCode(_value, StringComparison.Ordinal);

    /// <summary>Of the UTF-8 bytes; the same on every machine.</summary>
    public uint GetUniformHashCode() => _value is null ? 0 : StableHash.ComputeHash(AsSpan());

    public int CompareTo(IdSpan other) => string.CompareOrdinal(_value, other._value);

    public override string ToString() => _value ?? "";

    public static bool operator ==(IdSpan left, IdSpan right) => left.Equals(right);

    public static bool operator !=(IdSpan left, IdSpan right) => !left.Equals(right);
}
