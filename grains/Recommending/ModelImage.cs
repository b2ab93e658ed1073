using Engage.Recommend;
using Engage.Storage;

namespace Engage.Grains.Recommending;

/// <summary>A model and its marks of one moment. Taking it is quick; its bytes are made apart from whoever
/// trains.</summary>
/// <param name="Version">The stored version it goes on from.</param>
internal sealed record ModelImage(byte[] Marks, RecommenderImage Weights, long Version)
{
    /// <summary>On any thread.</summary>
    /// <param name="spare">Written over if it is long enough.</param>
    /// <exception cref="ArithmeticException">A weight is not a number.</exception>
    public StoredModel ToStored(byte[] spare) => new(Marks, Weights.ToBytes(spare)) { Version = Version };
}
