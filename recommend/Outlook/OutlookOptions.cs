namespace Engage.Recommend;

/// <summary>Settings of <see cref="Outlook"/>. A saved model is loaded with the options it was saved with.</summary>
public sealed record OutlookOptions
{
    /// <summary>Most <see cref="Steps"/>.</summary>
    public const int StepsMax = 32;

    /// <summary>Kinds of actions are numbers from 1 to below this. Room for kinds to come costs little.</summary>
    public int ActionKinds { get; init; } = 32;

    /// <summary>The last actions that are looked at, 1 to <see cref="StepsMax"/>. A step costs about the same for
    /// each.</summary>
    public int Steps { get; init; } = 16;

    /// <summary>The last actions to give with a question or an action to learn from, if the user has done as many: the
    /// one before the first that is looked at tells the time between them. With fewer the model is asked what it never
    /// learned.</summary>
    public int HistoryNeeded => Steps + 1;

    /// <summary>Width of an action's embedding.</summary>
    public int ActionWidth { get; init; } = 16;

    /// <summary>Width of the recurrent state.</summary>
    public int Hidden { get; init; } = 24;

    /// <summary>Adam's rate for the sequence models.</summary>
    public float SequenceRate { get; init; } = 0.001f;

    /// <summary>Gradients longer than this are shortened to it. Much shorter would bias rare outcomes, whose gradients
    /// are the long ones, towards never.</summary>
    public float GradientMax { get; init; } = 10;

    /// <summary>Steps over which parameters are averaged for answers.</summary>
    public int AverageSteps { get; init; } = 3000;

    /// <summary>A user who does nothing for this long has left. Labels come this much later.</summary>
    public TimeSpan ReturnWindow { get; init; } = TimeSpan.FromDays(7);

    /// <summary>Users whose return is waited for at the same time, at most; beyond it a fair sample of users is
    /// followed.</summary>
    public int PendingMax { get; init; } = 20_000;

    /// <summary>The lowest rating.</summary>
    public float RatingMin { get; init; } = 1;

    /// <summary>The highest rating.</summary>
    public float RatingMax { get; init; } = 5;

    /// <summary>Features that the caller gives with each rating besides those kept here.</summary>
    public int SatisfactionFeatures { get; init; }

    /// <summary>Hidden sizes of the satisfaction model.</summary>
    public IReadOnlyList<int> SatisfactionHidden { get; init; } = [24, 12];

    /// <summary>Adam's rate for the satisfaction model.</summary>
    public float SatisfactionRate { get; init; } = 0.001f;

    /// <summary>Width of the vectors of users and items whose product says how well they go together.</summary>
    public int FactorWidth { get; init; } = 16;

    /// <summary>Adagrad's rate for these vectors.</summary>
    public float FactorRate { get; init; } = 0.1f;

    /// <summary>How strongly these vectors are pulled to zero, in ratings: an item that was rated once says
    /// little.</summary>
    public float FactorDecay { get; init; } = 0.02f;

    /// <summary>Ratings after which a user's or an item's own mean counts as much as the mean of all.</summary>
    public float RatingShrinkage { get; init; } = 5;

    /// <summary>Users, and items, whose ratings are remembered, at most.</summary>
    public int RatersMax { get; init; } = 1 << 17;

    /// <summary>Ratings after which a user or an item that had none may be forgotten.</summary>
    public long RaterExpireAfter { get; init; } = 5_000_000;

    /// <summary>Examples that the progress metrics are about.</summary>
    public int ProgressWindow { get; init; } = 5000;

    /// <exception cref="ArgumentException">An option is out of range.</exception>
    internal OutlookOptions Checked()
    {
        var range = new OptionRange("Recommender:Outlook");
        range.Within(2, 200, ActionKinds);
        range.Within(1, StepsMax, Steps);
        range.AtLeast(1, ActionWidth);
        range.AtLeast(1, Hidden);
        range.AtLeast(0, SequenceRate);
        range.Above(0, GradientMax);
        range.AtLeast(1, AverageSteps);
        range.Above(TimeSpan.FromMinutes(2), ReturnWindow);
        range.AtLeast(16, PendingMax);
        range.Above(RatingMin, RatingMax);
        range.AtLeast(0, SatisfactionFeatures);
        range.Each(SatisfactionHidden, 0, size => size >= 1, "1 or more");
        range.AtLeast(0, SatisfactionRate);
        range.AtLeast(1, FactorWidth);
        range.AtLeast(0, FactorRate);
        range.AtLeast(0, FactorDecay);
        range.Above(0, RatingShrinkage);
        range.AtLeast(1, RatersMax);
        range.AtLeast(1, RaterExpireAfter);
        range.AtLeast(1, ProgressWindow);
        return this;
    }
}
