namespace Engage.Recommend.Tests;

/// <summary>Asking for the candidates only if an item is among them gives the same ones, or nothing.</summary>
public sealed class CandidateSearchTests
{
    private const int Untouched = 600;

    private readonly World _world = new();
    private readonly ModelView _view;

    public CandidateSearchTests()
    {
        var recommender = World.NewRecommender();
        for (var i = 0; i < Untouched; i++)
            recommender.Upsert(new($"new{i}", $"c{i % 50}", "", $"Topic {i % 40}", "", [], _world.NowMs - i));
        _world.Play(900, recommender);
        _view = recommender.Publish().View;
    }

    [Fact]
    public void CandidatesAreThoseOfAnAnswerIfTheItemIsOneOfThem()
    {
        var (sure, trying) = (new CandidateSearch(), new CandidateSearch());
        var (found, spared, swept) = (0, 0, 0);
        for (var u = 0; u < 12; u++)
        {
            var user = _world.User($"u{u}").Current() with { FollowedCreators = [$"c{u}", "c49"] };
            var expected = sure.Find(_view, user);
            for (var item = 0; item < _view.Catalogue.Count; item++)
            {
                var isFound = trying.TryFind(_view, user, item);

                Assert.Equal(expected.IsChosen(item), isFound);
                Assert.Equal(expected.Recent, trying.Found.Recent);
                Assert.Equal(expected.IsExcluded(item), trying.Found.IsExcluded(item));
                found += isFound ? 1 : 0;
                spared += trying.Found.Asked.Towers.Count == 0 ? 1 : 0;
                swept += !isFound && trying.Found.Asked.Towers.Count > 0 ? 1 : 0;
                if (!isFound)
                    continue;
                Assert.Equal(expected.Candidates, trying.Found.Candidates);
                Assert.All(
                    expected.Candidates,
                    other => Assert.Equal(expected.Nominated[other], trying.Found.Nominated[other]));
            }
        }

        Assert.InRange(found, 300, spared);
        Assert.InRange(swept, 0, spared / 20);
    }

    [Fact]
    public void AnItemThatNobodyKnowsIsNoCandidateOfAUserWhoIs()
    {
        var search = new CandidateSearch();
        var user = _world.User("u1").Current();

        Assert.False(search.TryFind(_view, user, -1));

        Assert.Equal(user.RecentItems.Length, search.Found.Recent.Length);
        Assert.All(user.Had.ToArray(), item => Assert.True(search.Found.IsExcluded(_view.Catalogue.Find(item))));
    }
}
