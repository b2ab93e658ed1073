namespace Engage.Recommend.Tests;

/// <summary>What is measured is what users get: all stages at once, of the model as it is now, are what each answers
/// when a snapshot is asked for it alone.</summary>
public sealed class StageAnswersTests
{
    private const int Topics = 7;

    private readonly World _world = new();
    private readonly Recommender _looked = Described();
    private readonly Recommender _published = Described();

    [Fact]
    public void AllStagesAtOnceAnswerAsEachAlone()
    {
        var moved = 0;
        for (var step = 0; step < 150; step++)
        {
            Learn(step);
            var query = new RecommendQuery(_world.User($"u{step % 40}").Current(), 5 + (step % 20), _world.NowMs)
            {
                UserId = $"u{step % 40}",
            };

            var answers = _looked.Look().ByStage(query);

            var snapshot = _published.Publish();
            Assert.Equal(Ids(snapshot, query), answers.Served);
            Assert.Equal(Ids(snapshot, query with { AsRanked = true }), answers.Ranked);
            Assert.Equal(snapshot.Retrieve(query.User, query.Limit), answers.Found);
            moved += answers.Served.SequenceEqual(answers.Ranked) ? 0 : 1;
        }

        // Else the two could not be told apart.
        Assert.InRange(moved, 50, 150);
    }

    [Fact]
    public void LookingChangesNeitherWhatIsLearnedNorWhatIsHeld()
    {
        Learn(0);
        var (held, same) = (_looked.Publish(), _published.Publish());
        for (var step = 1; step < 100; step++)
        {
            Learn(step);
            var user = _world.User($"u{step % 40}").Current();

            var look = _looked.Look();
            look.ByStage(new(user, 10, _world.NowMs));
            look.Judge(user, ["i1", "i2"], _world.NowMs);

            Assert.Equal(_world.Ask(same, user), _world.Ask(held, user));
        }

        Assert.Equal(_published.Capture().ToBytes(), _looked.Capture().ToBytes());
    }

    [Fact]
    public void ABadQueryIsRefusedAsEverywhere() => Assert.Throws<ArgumentOutOfRangeException>(
        () => _looked.Look().ByStage(new(UserContext.Empty, RecommenderOptions.LimitMax + 1, _world.NowMs)));

    private void Learn(int step)
    {
        _world.Play(4, _looked, _published);
        foreach (var recommender in (Recommender[])[_looked, _published])
            recommender.Act(
                $"u{step % 40}", [], UserAction.Of(1, $"i{step % World.Items}", null, 1 + (step % 5), _world.NowMs),
                $"i{step % World.Items}");
    }

    private static Recommender Described()
    {
        var recommender = new Recommender(
            new() { Rerank = new() { TopicRepeat = 2, Satisfaction = 1, RatingsMin = 20 } }, 7);
        for (var i = 0; i < World.Items; i++)
            recommender.Upsert(new($"i{i}", $"c{i % Topics}", "", "", "", [$"t{i % Topics}"], 1_600_000_000_000));
        return recommender;
    }

    private static string[] Ids(RecommenderSnapshot snapshot, RecommendQuery query)
    {
        var results = new RankedItem[1][];
        snapshot.Recommend([query], results);
        return Array.ConvertAll(results[0], ranked => ranked.Item);
    }
}
