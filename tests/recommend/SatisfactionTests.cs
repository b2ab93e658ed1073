using Engage.Neural;

namespace Engage.Recommend.Tests;

public sealed class SatisfactionTests
{
    private const int Users = 60;
    private const int Items = 40;

    private readonly Outlook _outlook = new(new OutlookOptions { ProgressWindow = 1000 }, 1);
    private readonly SeededRandom _random = new(9);

    [Fact]
    public void MeansOfUsersAndItemsAreLearnedWithinAFewRatings()
    {
        Rate(_outlook, 1500, (user, item) => 3 + (user % 3) - 1 + ((item % 5 * 0.5f) - 1));

        var progress = _outlook.Progress.Satisfaction;
        Assert.True(progress.Rmse < 0.65 * progress.BaseRmse, progress.ToString());
        Assert.InRange(Ask(_outlook, 5, 4), 4.5f, 5);
        Assert.InRange(Ask(_outlook, 6, 5), 1, 1.7f);
    }

    [Fact]
    public void WhoLikesWhatIsLearnedBeyondTheMeans()
    {
        // All means are 3: only the pair tells.
        Rate(_outlook, 8000, (user, item) => (user + item) % 2 == 0 ? 4 : 2);

        var progress = _outlook.Progress.Satisfaction;
        Assert.True(progress.Rmse < 0.6 * progress.BaseRmse, progress.ToString());
        Assert.InRange(Ask(_outlook, 4, 6), 3.6f, 4.6f);
        Assert.InRange(Ask(_outlook, 4, 7), 1.4f, 2.4f);
    }

    [Fact]
    public void TheCallersFeaturesAreUsed()
    {
        var outlook = new Outlook(new OutlookOptions { SatisfactionFeatures = 2, ProgressWindow = 1000 }, 1);
        for (var i = 0; i < 5000; i++)
        {
            float[] features = [_random.NextNormal(), 1000 * _random.NextNormal()];
            outlook.Rate($"u{i}", $"i{i}", Math.Clamp(3 + (features[1] / 1000), 1, 5), features);
        }

        var progress = outlook.Progress.Satisfaction;

        Assert.True(progress.Rmse < 0.3 * progress.BaseRmse, progress.ToString());
    }

    [Fact]
    public void ItemsAskedTogetherAreAnsweredAsAlone()
    {
        Rate(_outlook, 3000, (user, item) => (user + item) % 2 == 0 ? 4 : 2);
        var (view, workspace) = (_outlook.Freeze(), new OutlookWorkspace());
        string[] items = ["i1", "i2", "nothing", "i3"];
        var ratings = new float[4];

        view.Satisfaction("u4", [.. items.Select(item => StableHash.Of(item))], [], ratings, workspace);

        for (var i = 0; i < items.Length; i++)
            Assert.Equal(view.Satisfaction("u4", items[i], [], workspace), ratings[i], 1e-5f);
        Assert.NotEqual(ratings[0], ratings[1]);
        view.Satisfaction("u4", [], [], [], workspace);
        Assert.Throws<ArgumentException>(() => view.Satisfaction("u4", [1], [], ratings, workspace));
    }

    [Fact]
    public void AStrangerIsExpectedToRateLikeAll()
    {
        Rate(_outlook, 1500, (_, _) => 4);

        Assert.Equal(4, _outlook.Freeze().Satisfaction("nobody", "nothing", [], new()), 0.2f);
        Assert.Equal(3, new Outlook(new(), 1).Freeze().Satisfaction("nobody", "nothing", [], new()));
    }

    private void Rate(Outlook outlook, int ratings, Func<int, int, float> truth)
    {
        for (var i = 0; i < ratings; i++)
        {
            var (user, item) = (_random.Next(Users), _random.Next(Items));
            var rating = truth(user, item) + (0.3f * _random.NextNormal());
            outlook.Rate($"u{user}", $"i{item}", Math.Clamp(rating, 1, 5));
        }
    }

    private static float Ask(Outlook outlook, int user, int item) =>
        outlook.Freeze().Satisfaction($"u{user}", $"i{item}", [], new());
}
