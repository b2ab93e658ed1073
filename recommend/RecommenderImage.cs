namespace Engage.Recommend;

/// <summary>A <see cref="Recommender"/> of one moment, with all that learning goes on from, on its way to be
/// saved.</summary>
public sealed class RecommenderImage
{
    private readonly ModelState _state;

    internal RecommenderImage(ModelState state) => _state = state;

    /// <summary>What <see cref="Recommender.Load"/> reads. On any thread, while the recommender learns on.</summary>
    /// <exception cref="ArithmeticException">A weight is not a number.</exception>
    public byte[] ToBytes() => _state.ToBytes();
}
