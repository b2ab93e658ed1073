using System.Globalization;

namespace Orleans.Runtime;

/// <summary>Tells the successive activations of one grain apart. Unique within the process.</summary>
public readonly record struct ActivationId
{
    private readonly long _number;

    internal ActivationId(long number) => _number = number;

    public bool IsDefault => _number == 0;

    public override string ToString() => "@" + _number.ToString("x", CultureInfo.InvariantCulture);
}
