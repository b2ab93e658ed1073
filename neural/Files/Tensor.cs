using System.Runtime.InteropServices;

namespace Engage.Neural;

/// <summary>One named array of a <see cref="TensorFile"/>.</summary>
/// <param name="Kind">safetensors element type: F32, F64, I32, I64 or U8.</param>
/// <param name="Shape">Length of each dimension, outermost first.</param>
/// <param name="Bytes">Little-endian elements, row-major.</param>
public sealed record Tensor(string Kind, long[] Shape, byte[] Bytes)
{
    /// <summary>A tensor of numbers, flat unless a shape is given. Structs are kept as U8, [count, size of
    /// one].</summary>
    /// <exception cref="ArgumentException">The values are more bytes than one array holds, or not as many as the shape
    /// says.</exception>
    public static unsafe Tensor Of<T>(T[] values, params long[] shape) where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(values);
        RequireRoom(values.Length, sizeof(T));
        var bytes = MemoryMarshal.AsBytes<T>(values).ToArray();
        var (kind, formed) = Form<T>(values.Length, shape);
        return new(kind, formed, bytes);
    }

    /// <summary>Kind and shape of so many elements, flat unless a shape is given.</summary>
    internal static unsafe (string Kind, long[] Shape) Form<T>(long elements, long[] shape) where T : unmanaged
    {
        long[] flat = [elements];
        if (shape.Length > 0 && shape.Aggregate(1L, (product, length) => checked(product * length)) != elements)
            throw new ArgumentException($"{elements} elements are not of shape [{string.Join(", ", shape)}].");
        return Type.GetTypeCode(typeof(T)) switch
        {
            TypeCode.Single => ("F32", shape.Length == 0 ? flat : shape),
            TypeCode.Double => ("F64", shape.Length == 0 ? flat : shape),
            TypeCode.Int32 => ("I32", shape.Length == 0 ? flat : shape),
            TypeCode.Int64 => ("I64", shape.Length == 0 ? flat : shape),
            TypeCode.Byte => ("U8", flat),
            _ => ("U8", [elements, elements == 0 ? 0 : sizeof(T)]),
        };
    }

    /// <summary>Checks in 64 bits that a tensor can hold so many elements.</summary>
    /// <exception cref="ArgumentException">The elements are more bytes than one array holds.</exception>
    internal static void RequireRoom(long elements, int size)
    {
        if (elements * size > Array.MaxLength)
            throw new ArgumentException(
                $"{elements} elements of {size} bytes are {elements * size} bytes; a tensor holds {Array.MaxLength}. " +
                "Save them as several tensors.");
    }

    /// <summary>The elements, flat.</summary>
    /// <exception cref="InvalidDataException">The bytes are no whole number of elements.</exception>
    public unsafe T[] To<T>() where T : unmanaged => Bytes.Length % sizeof(T) == 0
        ? MemoryMarshal.Cast<byte, T>(Bytes).ToArray()
        : throw new InvalidDataException($"{Bytes.Length} bytes are no whole number of {typeof(T).Name}.");
}
