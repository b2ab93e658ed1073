using Engage.Neural;

namespace Engage.Recommend;

/// <summary>
/// What is taken by users who have had as much as this one: newcomers begin elsewhere than where regulars go on. One
/// set of trends per stage, whose half-lives count the events of the stage alone.
/// </summary>
internal sealed class StageTrends
{
    // The least number of items had at each stage. Steps widen as a user's next item tells less about the stage.
    private static readonly int[] Least = [0, 1, 4, 10, 25, 60];

    private readonly Trends[] _stages;
    private readonly TrendsView[] _frozen;
    private readonly TrendsView[] _live;
    private readonly bool[] _changed;
    private int _items;

    /// <param name="pages">Numbers the views of what is frozen.</param>
    public StageTrends(RecommenderOptions options, PageClock? pages = null)
    {
        _stages = [.. Least.Select(_ => new Trends(options.StageHalfLivesEvents, [], pages))];
        (_frozen, _changed) = (new TrendsView[Least.Length], new bool[Least.Length]);
        _live = new TrendsView[Least.Length];
        Array.Fill(_changed, true);
    }

    /// <summary>Trends per stage.</summary>
    public int Columns => _stages[0].Columns;

    /// <summary>As they are now, for the writer; the one before it is of now as well.</summary>
    public StageTrendsView Live
    {
        get
        {
            for (var stage = 0; stage < _stages.Length; stage++)
                _live[stage] = _stages[stage].Live;
            return new(_live);
        }
    }

    /// <summary>The stage of a user who has had so many items.</summary>
    public static int Of(int had)
    {
        var stage = Least.Length - 1;
        while (had < Least[stage])
            stage--;
        return stage;
    }

    public void GrowTo(int items)
    {
        if (items == _items)
            return;
        _items = items;
        Array.Fill(_changed, true);
        foreach (var stage in _stages)
            stage.GrowTo(items);
    }

    /// <summary>Counts one engagement by a user of the stage.</summary>
    public void Add(int stage, int item, float weight, long atMs)
    {
        _stages[stage].Add(item, weight, atMs);
        _changed[stage] = true;
    }

    public StageTrendsView Freeze()
    {
        for (var stage = 0; stage < _stages.Length; stage++)
            if (_changed[stage])
                (_frozen[stage], _changed[stage]) = (_stages[stage].Freeze(), false);
        return new((TrendsView[])_frozen.Clone());
    }

    public void Carry(ModelState state)
    {
        for (var stage = 0; stage < _stages.Length; stage++)
            _stages[stage].Carry(state, $"stage{stage}");
        Array.Fill(_changed, true);
    }
}

/// <summary>The trends of all stages at one moment.</summary>
internal readonly struct StageTrendsView(TrendsView[] stages)
{
    /// <summary>Trends per stage.</summary>
    public int Columns => stages[0].Columns;

    /// <summary>The trends of users who have had so many items.</summary>
    public TrendsView Of(int had) => stages[StageTrends.Of(had)];
}
