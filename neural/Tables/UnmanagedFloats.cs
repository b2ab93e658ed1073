using System.Runtime.InteropServices;

namespace Engage.Neural;

/// <summary>
/// Floats that the garbage collector neither moves nor looks through; it only knows how many there are, and frees them
/// when nobody refers to this object any more. For what is large and stays: an array is copied twice before it is old,
/// and everybody stands still for that.
/// </summary>
/// <remarks>A span does not keep them alive: who reads one holds this object, or what refers to it, until he has
/// read.</remarks>
internal sealed unsafe class UnmanagedFloats
{
    private const nuint Alignment = 64;

    private readonly float* _first;

    /// <param name="length">Floats, with anything in them.</param>
    /// <exception cref="OutOfMemoryException">There is no room.</exception>
    public UnmanagedFloats(int length)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(length, 1);
        _first = (float*)NativeMemory.AlignedAlloc((nuint)length * sizeof(float), Alignment);
        Length = length;
        GC.AddMemoryPressure(Bytes);
    }

    ~UnmanagedFloats()
    {
        // Without a length the constructor has failed.
        if (Length == 0)
            return;
        NativeMemory.AlignedFree(_first);
        GC.RemoveMemoryPressure(Bytes);
    }

    public int Length { get; }

    private long Bytes => (long)Length * sizeof(float);

    public Span<float> Slice(int from, int length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(from);
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        ArgumentOutOfRangeException.ThrowIfGreaterThan((long)from + length, Length, nameof(length));
        return new(_first + from, length);
    }
}
