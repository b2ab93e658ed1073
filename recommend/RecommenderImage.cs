using Engage.Neural;

namespace Engage.Recommend;

/// <summary>A <see cref="Recommender"/> of one moment, with all that learning goes on from, on its way to be
/// saved.</summary>
public sealed class RecommenderImage
{
    private readonly PageView _pages;
    private ModelState? _state;

    internal RecommenderImage(ModelState state, PageView pages) => (_state, _pages) = (state, pages);

    /// <summary>What <see cref="Recommender.Load"/> reads. Once, on any thread, while the recommender learns
    /// on.</summary>
    /// <exception cref="ArithmeticException">A weight is not a number.</exception>
    public byte[] ToBytes() => Once(state => state.ToBytes());

    /// <summary>The same in an array that was used before, or, where that is too short, in a new one.</summary>
    /// <exception cref="ArithmeticException">A weight is not a number; the array may be half written.</exception>
    public ArraySegment<byte> ToBytes(byte[] spare) => Once(state => state.ToBytes(spare));

    private TBytes Once<TBytes>(Func<ModelState, TBytes> write)
    {
        var state = Interlocked.Exchange(ref _state, null)
            ?? throw new InvalidOperationException("The image was written before; capture another one.");
        try
        {
            return write(state);
        }
        finally
        {
            _pages.Release();
        }
    }
}
