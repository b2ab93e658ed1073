namespace Orleans.Runtime;

/// <summary>The name of a grain class inside grain ids: <c>[GrainType]</c>, or the class name by convention.</summary>
public readonly struct GrainType(IdSpan id) : IEquatable<GrainType>
{
    private readonly IdSpan _value = id;

    public GrainType(byte[] value)
        : this(new IdSpan(value))
    {
    }

    public IdSpan Value => _value;

    public bool IsDefault => _value.IsDefault;

    public static GrainType Create(string value)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(value);
        return new(IdSpan.Create(value));
    }

    public ReadOnlySpan<byte> AsSpan() => _value.AsSpan();

    public override bool Equals(object? obj) => obj is GrainType other && Equals(other);

    public bool Equals(GrainType obj) => _value.Equals(obj._value);

    public override int GetHashCode() => _value.GetHashCode();

    public uint GetUniformHashCode() => _value.GetUniformHashCode();

    public override string ToString() => _value.ToString();

    public static bool operator ==(GrainType left, GrainType right) => left.Equals(right);

    public static bool operator !=(GrainType left, GrainType right) => !left.Equals(right);
}

/// <summary>The name of a grain interface: its <c>[Alias]</c>, or its full name.</summary>
public readonly struct GrainInterfaceType(IdSpan value) : IEquatable<GrainInterfaceType>
{
    private readonly IdSpan _value = value;

    public GrainInterfaceType(string value)
        : this(IdSpan.Create(value))
    {
    }

    public IdSpan Value => _value;

    public bool IsDefault => _value.IsDefault;

    public static GrainInterfaceType Create(string value)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(value);
        return new(value);
    }

    public override bool Equals(object? obj) => obj is GrainInterfaceType other && Equals(other);

    public bool Equals(GrainInterfaceType other) => _value.Equals(other._value);

    public override int GetHashCode() => _value.GetHashCode();

    public override string ToString() => _value.ToString();

    public static bool operator ==(GrainInterfaceType left, GrainInterfaceType right) => left.Equals(right);

    public static bool operator !=(GrainInterfaceType left, GrainInterfaceType right) => !left.Equals(right);
}
