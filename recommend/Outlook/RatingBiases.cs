using Engage.Neural;

namespace Engage.Recommend;

/// <summary>What the ratings of one user, or of one item, were like.</summary>
internal struct RatingSum
{
    /// <summary>Ratings.</summary>
    public float Count;

    /// <summary>Sum of what they were above what was to be expected without knowing whose they are.</summary>
    public float Excess;

    /// <summary>Sum of the excesses' squares.</summary>
    public float Squares;

    /// <summary>Mean of the latest excesses, older ones fading.</summary>
    public float Recent;
}

/// <summary>The mean of all ratings and how users and items differ from it, each drawn to 0 by how little is
/// known.</summary>
internal sealed class RatingBiases(OutlookOptions options)
{
    private const float RecentRatings = 10;

    private readonly IdRows _users = new(options.RatersMax, options.RaterExpireAfter);
    private readonly IdRows _items = new(options.RatersMax, options.RaterExpireAfter);
    private readonly PagedTable<RatingSum> _userSums = new(1, 6);
    private readonly PagedTable<RatingSum> _itemSums = new(1, 6);
    private double _sum;
    private long _count;

    public RatingBiasesView Live => View(_users.Live, _userSums.Live, _items.Live, _itemSums.Live);

    public RatingBiasesView Freeze() => View(_users.Freeze(), _userSums.Freeze(), _items.Freeze(), _itemSums.Freeze());

    public void Learn(ulong user, ulong item, float rating)
    {
        var live = Live;
        var userExcess = rating - live.Mean - live.OfItem(item).Bias;
        var itemExcess = rating - live.Mean - live.OfUser(user).Bias;
        Add(_users, _userSums, user, userExcess);
        Add(_items, _itemSums, item, itemExcess);
        (_sum, _count) = (_sum + rating, _count + 1);
    }

    /// <summary>What is known of a user's own ratings; the means of items keep her part.</summary>
    public void Forget(ulong user) => _users.Remove(user);

    public void Carry(ModelState state)
    {
        IdRowsCarry.Carry(state, "outlook.raters.users", _users);
        IdRowsCarry.Carry(state, "outlook.raters.items", _items);
        state.Table("outlook.raters.user_sums", _userSums);
        state.Table("outlook.raters.item_sums", _itemSums);
        state.Value("outlook.raters.sum", ref _sum);
        state.Value("outlook.raters.count", ref _count);
    }

    private static void Add(IdRows ids, PagedTable<RatingSum> sums, ulong id, float excess)
    {
        var row = ids.Use(id);
        var known = row >= 0;
        if (!known && (row = ids.Give(id)) < 0)
            return;
        sums.GrowTo(row + 1);
        ref var sum = ref sums.Writable(row)[0];
        if (!known)
            sum = default;
        sum = new()
        {
            Count = sum.Count + 1,
            Excess = sum.Excess + excess,
            Squares = sum.Squares + (excess * excess),
            Recent = sum.Recent + ((excess - sum.Recent) / MathF.Min(sum.Count + 1, RecentRatings)),
        };
    }

    private RatingBiasesView View(
        IdRowsView users, PagedRows<RatingSum> userSums, IdRowsView items, PagedRows<RatingSum> itemSums) => new(
        users, userSums, items, itemSums,
        _count == 0 ? (options.RatingMin + options.RatingMax) / 2 : (float)(_sum / _count), options.RatingShrinkage);
}

/// <summary>What is known of a user's or an item's ratings.</summary>
/// <param name="Bias">How far they are above others, drawn to 0 by how few there are.</param>
/// <param name="Count">How many.</param>
/// <param name="Spread">Their standard deviation, drawn to 1.</param>
/// <param name="Drift">How far the latest are above all of them.</param>
internal readonly record struct RatingBias(float Bias, float Count, float Spread, float Drift);

/// <summary><see cref="RatingBiases"/> at one moment.</summary>
internal readonly record struct RatingBiasesView(
    IdRowsView Users, PagedRows<RatingSum> UserSums, IdRowsView Items, PagedRows<RatingSum> ItemSums, float Mean,
    float Shrinkage)
{
    public RatingBias OfUser(ulong user) => Of(UserSums, Users.Find(user));

    public RatingBias OfItem(ulong item) => Of(ItemSums, Items.Find(item));

    private RatingBias Of(PagedRows<RatingSum> sums, int row)
    {
        if (row < 0)
            return new(0, 0, 1, 0);
        var sum = sums.At(row);
        var mean = sum.Excess / sum.Count;
        var variance = MathF.Max(0, (sum.Squares / sum.Count) - (mean * mean));
        var share = sum.Count / (sum.Count + Shrinkage);
        return new(share * mean, sum.Count, MathF.Sqrt(1 + (share * (variance - 1))), share * (sum.Recent - mean));
    }
}

/// <summary>The features of a rating that are kept here.</summary>
internal static class RatingFeatures
{
    /// <summary>How many there are before the caller's.</summary>
    public const int Own = 11;

    /// <summary>Fills the first <see cref="Own"/> features.</summary>
    /// <returns>What the means alone say.</returns>
    public static float Fill(float mean, in RatingBias u, in RatingBias i, float product, Span<float> row)
    {
        row[0] = u.Bias;
        row[1] = i.Bias;
        row[2] = product;
        row[3] = MathF.Log(1 + u.Count);
        row[4] = MathF.Log(1 + i.Count);
        row[5] = u.Spread;
        row[6] = i.Spread;
        row[7] = u.Bias * i.Bias;
        row[8] = u.Spread * i.Bias;
        row[9] = u.Drift;
        row[10] = i.Drift;
        return mean + u.Bias + i.Bias;
    }
}
