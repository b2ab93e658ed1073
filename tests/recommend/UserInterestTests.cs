using System.Text.Json;

namespace Engage.Recommend.Tests;

public sealed class UserInterestTests
{
    [Fact]
    public void OnlyTheFirstEngagementWithAnItemIsAnOutcome()
    {
        var user = new UserInterest();

        Assert.True(user.Engage("a", 1, 10, 0));
        Assert.False(user.Engage("a", 2, 11, 1));
        Assert.Equal(["a"], user.Current().RecentItems.ToArray());
    }

    [Fact]
    public void BeforeRebuildsEveryContextThatWas()
    {
        var user = new UserInterest();
        var contexts = new List<UserContext>();
        for (var i = 0; i < 150; i++)
        {
            contexts.Add(user.Current());
            user.Engage($"i{i}", i + 1, i * 10, 1000 + (i * 3));
        }

        // As many steps back as engagements are kept beyond the window.
        for (var i = 149; i >= 150 - UserInterest.RebuildMax; i--)
        {
            var rebuilt = user.Before(1000 + (i * 3))!;
            Assert.Equal(contexts[i].RecentItems.ToArray(), rebuilt.RecentItems.ToArray());
            Assert.Equal(contexts[i].RecentWeights.ToArray(), rebuilt.RecentWeights.ToArray());
            Assert.Equal(contexts[i].RecentAtMs.ToArray(), rebuilt.RecentAtMs.ToArray());
            Assert.Equal(Seen(contexts[i]).Order(), Seen(rebuilt).Order());
        }
    }

    [Fact]
    public void BeforeWhatIsNoLongerKnownIsNotTheContextOfANewUser()
    {
        var user = new UserInterest();
        for (var i = 0; i < 128; i++)
            user.Engage($"i{i}", 1, i, 1000 + i);

        Assert.Equal([], user.Before(1000)!.RecentItems.ToArray());
        Assert.Equal(3, user.Before(1003)!.RecentItems.Length);

        // The first is dropped.
        user.Engage("next", 1, 200, 2000);
        Assert.Null(user.Before(1000));
        Assert.Null(user.Before(1003));
        Assert.Null(user.Before(1064));
        Assert.Equal("i1", user.Before(1065)!.RecentItems.Span[0]);
        Assert.Equal("next", user.Before(2001)!.RecentItems.Span[^1]);
    }

    [Fact]
    public void BeforeIsWithoutWhatWasDismissedAndFollowedLater()
    {
        var user = new UserInterest();
        user.Engage("a", 1, 10, 1);
        user.Dismiss("x", 3);
        user.Follow("c", 5);
        user.Engage("x", 1, 20, 7);
        user.Dismiss("a", 9);

        Assert.Equal(["a"], Seen(user.Before(2)!));
        Assert.Equal(["a"], Seen(user.Before(3)!));
        Assert.Equal(["a", "x"], Seen(user.Before(4)!));
        Assert.Empty(user.Before(5)!.FollowedCreators);
        Assert.Equal(["c"], user.Before(6)!.FollowedCreators);
        Assert.Equal(["a", "x", "x"], Seen(user.Before(9)!));
        Assert.Same(user.Current(), user.Before(10));
        user.Unfollow("c");
        Assert.Empty(user.FollowedAt);
    }

    [Fact]
    public void DismissalsAndFollowsOfAnOlderVersionWereAlwaysThere()
    {
        var user = JsonSerializer.Deserialize<UserInterest>("""{"Dismissed":["x"],"Followed":["c"]}""")!;
        user.Dismiss("y", 5);

        Assert.Equal(["x"], Seen(user.Before(5)!));
        Assert.Equal(["c"], user.Before(1)!.FollowedCreators);
        Assert.Equal(["x", "y"], Seen(user.Before(6)!));
    }

    [Fact]
    public void BeforeAnOffsetNotYetReachedIsTheCurrentContext()
    {
        var user = new UserInterest();
        user.Engage("a", 1, 10, 5);

        Assert.Same(user.Current(), user.Before(6));
    }

    [Fact]
    public void TheContextIsCachedUntilSomethingChanges()
    {
        var user = new UserInterest();
        user.Engage("a", 1, 10, 0);
        var context = user.Current();

        user.Show("b", 11);
        Assert.Same(context, user.Current());
        Assert.Equal(["b"], user.CurrentWithShown().ShownItems);
        Assert.Equal([1], user.CurrentWithShown().ShownTimes);
        Assert.Equal([11L], user.CurrentWithShown().ShownAtMs);
        user.Show("b", 12);
        Assert.Equal([2], user.CurrentWithShown().ShownTimes);

        user.Dismiss("b");
        Assert.Equal(["a", "b"], Seen(user.Current()));
        user.Follow("c");
        Assert.Equal(["c"], user.Current().FollowedCreators);
        user.Unfollow("c");
        Assert.Empty(user.Current().FollowedCreators);
    }

    [Fact]
    public void JsonRoundTripKeepsEverything()
    {
        var user = new UserInterest();
        for (var i = 0; i < 100; i++)
            user.Engage($"课程{i}", 0.5f, i, i);
        user.Dismiss("x", 98);
        user.Follow("c", 99);
        user.Show("s", 7);
        user.Show("s", 8);

        var copy = JsonSerializer.Deserialize<UserInterest>(JsonSerializer.Serialize(user))!;

        Assert.Equal(user.Before(80)!.RecentItems.ToArray(), copy.Before(80)!.RecentItems.ToArray());
        Assert.Equal(Seen(user.Current()), Seen(copy.Current()));
        Assert.Equal(user.Current().FollowedCreators, copy.Current().FollowedCreators);
        Assert.Equal(Seen(user.Before(98)!), Seen(copy.Before(98)!));
        Assert.Equal(user.FollowedAt, copy.FollowedAt);
        Assert.Equal(new ShownCount(2, 8), copy.Shown["s"]);
        Assert.False(copy.Engage("课程3", 1, 200, 200));
    }

    [Fact]
    public void EverythingIsBounded()
    {
        var user = new UserInterest();
        for (var i = 0; i < UserInterest.SeenMax + 10; i++)
            user.Engage($"i{i}", 1, i, i);
        for (var i = 0; i < 1000; i++)
        {
            user.Show($"s{i}", i);
            user.Follow($"c{i}", i + 1);
        }

        Assert.Equal(UserInterest.SeenMax, user.Had.Count);
        Assert.DoesNotContain("i0", user.Had.Keys);
        Assert.Equal(UserInterest.RecentMax + UserInterest.RebuildMax, user.Recent.Count);
        Assert.Equal(UserInterest.RecentMax, user.Current().RecentItems.Length);
        Assert.Equal(UserInterest.ShownMax, user.Shown.Count);
        Assert.Equal(UserInterest.FollowedMax, user.Followed.Count);
        Assert.Equal(UserInterest.FollowedMax, user.FollowedAt.Count);
    }

    private static string[] Seen(UserContext context) => [.. context.Had.Span, .. context.Dismissed.Span];
}
