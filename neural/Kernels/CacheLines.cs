using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;

namespace Engage.Neural;

/// <summary>Asks for memory before it is needed, where the hardware cannot guess what comes next.</summary>
public static class CacheLines
{
    private const int BytesPerLine = 64;

    /// <summary>Starts to load numbers into the first cache; changes nothing and waits for nothing.</summary>
    public static unsafe void Prefetch<T>(ReadOnlySpan<T> numbers)
        where T : unmanaged
    {
        if (!Sse.IsSupported)
            return;
        Prefetch((byte*)Unsafe.AsPointer(ref MemoryMarshal.GetReference(numbers)), numbers.Length * (nint)sizeof(T));
    }

    /// <summary>The same for a part of an array and for the array's length, which lies before its elements: to ask for
    /// a span is to have waited for it. What is beyond the array is loaded in vain.</summary>
    public static unsafe void Prefetch<T>(T[] numbers, int first, int count)
    {
        if (!Sse.IsSupported)
            return;
        var start = (byte*)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(numbers));
        Sse.Prefetch0(start - sizeof(nint));
        Prefetch(start + (first * (nint)Unsafe.SizeOf<T>()), count * (nint)Unsafe.SizeOf<T>());
    }

    // Unpinned: an address that is no longer theirs loads something in vain.
    private static unsafe void Prefetch(byte* first, nint bytes)
    {
        for (nint at = 0; at < bytes; at += BytesPerLine)
            Sse.Prefetch0(first + at);
    }
}
