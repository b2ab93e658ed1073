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
        // Unpinned: an address that is no longer theirs loads something in vain.
        var first = (byte*)Unsafe.AsPointer(ref MemoryMarshal.GetReference(numbers));
        for (nint at = 0; at < numbers.Length * (nint)sizeof(T); at += BytesPerLine)
            Sse.Prefetch0(first + at);
    }
}
