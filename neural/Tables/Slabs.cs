namespace Engage.Neural;

/// <summary>
/// Blocks of floats of a few lengths, for tables whose rows grow one by one. They lie together in memory of their own
/// (<see cref="UnmanagedFloats"/>): however many blocks there are and whatever is written, it is nothing to the garbage
/// collector, which otherwise looks through all that changed among old objects, and moves what is new, while everybody
/// stands still. One writer; views for readers, as <see cref="PagedTable{T}"/> has them: a block that a view shows is
/// replaced, not written, and used again when no view shows it any more.
/// </summary>
/// <remarks>Without views that are released no block ever is: <see cref="Wasted"/> says when to begin anew. Numbers of
/// another type are what their bits are as floats.</remarks>
public sealed class Slabs
{
    // Of a slab, unless one block needs more. The first of each length are shorter: small models have few blocks.
    private const int FloatsMax = 1 << 16;

    private const int FloatsMin = 1 << 10;
    private const int BlockBits = 10;

    private readonly Size[] _sizes;

    // The first stands for no block. Only ever appended to, so that views share it.
    private Slab[] _slabs = new Slab[8];
    private int _count = 1;

    /// <param name="lengths">Floats per block of each size.</param>
    /// <param name="clock">Numbers the views.</param>
    public Slabs(ReadOnlySpan<int> lengths, PageClock clock)
    {
        _sizes = new Size[lengths.Length];
        for (var size = 0; size < lengths.Length; size++)
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(lengths[size], 1, nameof(lengths));
            _sizes[size] = new(lengths[size], clock);
        }
    }

    /// <summary>Floats of all slabs.</summary>
    public long Held { get; private set; }

    /// <summary>Floats of blocks in use.</summary>
    public long Used { get; private set; }

    /// <summary>Floats of blocks that were replaced or returned, and of those that nobody will get any more.</summary>
    public long Wasted => Taken - Used;

    private long Taken { get; set; }

    /// <summary>What all views show: valid for blocks of views that are held, and for the writer's own; and while
    /// somebody refers to this or a view.</summary>
    public SlabsView View => new(_slabs);

    /// <summary>A block for writing; only until a view shows it.</summary>
    public Span<float> this[int block] => _slabs[block >> BlockBits][block];

    /// <summary>The size of a block.</summary>
    public int SizeOf(int block) => _slabs[block >> BlockBits].Size;

    /// <summary>A block of a size, with anything in it.</summary>
    /// <returns>Its number, never 0.</returns>
    public int Rent(int size)
    {
        var own = _sizes[size];
        Used += own.Length;
        if (own.Free.TryPop(out var block) || own.Retired.TryTake(out block))
            return block;
        Taken += own.Length;
        if (own.Left == 0)
            Append(size, own);
        own.Left--;
        return own.Next++;
    }

    /// <summary>Gives back a block that no view shows.</summary>
    public void Return(int block)
    {
        var own = _sizes[SizeOf(block)];
        Used -= own.Length;
        own.Free.Push(block);
    }

    /// <summary>Gives back a block that views show: it is used again when none of them is held.</summary>
    /// <param name="born">Number of the newest view when it was rented.</param>
    public void Retire(int block, long born)
    {
        var own = _sizes[SizeOf(block)];
        Used -= own.Length;
        own.Retired.Add(block, born, int.MaxValue);
    }

    /// <exception cref="InvalidOperationException">There are more slabs than can be numbered: some 100 GB of small
    /// blocks.</exception>
    private void Append(int size, Size own)
    {
        if (_count > int.MaxValue >> BlockBits)
            throw new InvalidOperationException(
                $"{_count} slabs of up to {FloatsMax} floats are all that can be numbered. Keep fewer blocks.");
        if (_count == _slabs.Length)
            Array.Resize(ref _slabs, 2 * _count);
        own.Floats = Math.Clamp(2 * own.Floats, FloatsMin, FloatsMax);
        own.Left = Math.Clamp(own.Floats / own.Length, 1, 1 << BlockBits);
        var numbers = new UnmanagedFloats(own.Left * own.Length);
        Held += numbers.Length;
        _slabs[_count] = new(numbers, own.Length, size);
        own.Next = _count++ << BlockBits;
    }

    private sealed class Size(int length, PageClock clock)
    {
        public int Length => length;

        public Stack<int> Free { get; } = new();

        public Retired<int> Retired { get; } = new(clock);

        /// <summary>The next block of the newest slab, and how many are left there.</summary>
        public int Next { get; set; }

        public int Left { get; set; }

        /// <summary>Of the newest slab.</summary>
        public int Floats { get; set; }
    }

    internal readonly record struct Slab(UnmanagedFloats Numbers, int Length, int Size)
    {
        public Span<float> this[int block] => Numbers.Slice((block & ((1 << BlockBits) - 1)) * Length, Length);

        public static int Of(int block) => block >> BlockBits;
    }
}

/// <summary>Blocks of <see cref="Slabs"/> for reading.</summary>
public readonly struct SlabsView
{
    private readonly Slabs.Slab[] _slabs;

    internal SlabsView(Slabs.Slab[] slabs) => _slabs = slabs;

    /// <summary>The floats of a block.</summary>
    public ReadOnlySpan<float> this[int block] => _slabs[Slabs.Slab.Of(block)][block];
}
