using Engage.Neural;

namespace Engage.Recommend;

/// <summary>A vector for each user and each item that was rated often enough; their product is how well the two go
/// together beyond their means.</summary>
internal sealed class RatingFactors
{
    private readonly OutlookOptions _options;
    private readonly GrowingEmbedding _users;
    private readonly GrowingEmbedding _items;
    private readonly float[] _user;
    private readonly float[] _item;

    public RatingFactors(OutlookOptions options, ulong seed)
    {
        _options = options;
        var sizes = new GrowingEmbeddingOptions(
            options.FactorWidth, AdmitAfter: 3, options.RaterExpireAfter, options.RatersMax);
        (_users, _items) = (new(sizes, seed), new(sizes, seed + 1));
        (_user, _item) = (new float[options.FactorWidth], new float[options.FactorWidth]);
    }

    public RatingFactorsView Live => new(_users.Live, _items.Live);

    public RatingFactorsView Freeze() => new(_users.Freeze(), _items.Freeze());

    /// <summary>One step of both vectors so that their product comes nearer by <paramref name="error"/>.</summary>
    /// <param name="error">What was given minus what was expected, in ratings.</param>
    public void Learn(ulong user, ulong item, float error)
    {
        // One without the other would teach the shared cold vector about everybody.
        if (!(_users.See(user) & _items.See(item)))
            return;
        Gradient(_users.Live[user], _items.Live[item], error, _user);
        Gradient(_items.Live[item], _users.Live[user], error, _item);
        _users.Step(user, _user, 1, _options.FactorRate);
        _items.Step(item, _item, 1, _options.FactorRate);
    }

    public void Forget(ulong user) => _users.Forget(user);

    public void Carry(ModelState state)
    {
        GrowingEmbeddingCarry.Carry(state, "outlook.factors.users", _users);
        GrowingEmbeddingCarry.Carry(state, "outlook.factors.items", _items);
    }

    // Of (error - u·i)² / 2 + decay · |u|² / 2 by u.
    private void Gradient(ReadOnlySpan<float> row, ReadOnlySpan<float> other, float error, Span<float> gradient)
    {
        gradient.Clear();
        VectorKernels.AddScaled(gradient, other, -error);
        VectorKernels.AddScaled(gradient, row, _options.FactorDecay);
    }
}

/// <summary><see cref="RatingFactors"/> at one moment. Who is unknown has the vector 0.</summary>
internal readonly record struct RatingFactorsView(GrowingEmbeddingView Users, GrowingEmbeddingView Items);
