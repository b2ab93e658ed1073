using System.Text.Json;
using Engage.Neural;

namespace Engage.Recommend.Tests;

/// <summary>Contexts that share what they show, against full copies made at their moments.</summary>
public sealed class InterestLogTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void AContextShowsForEverWhatItShowedAtFirst(int seed)
    {
        var random = new SeededRandom((ulong)seed);
        var user = new UserInterest();
        var held = new List<(UserContext Context, Copy Copy)>();
        for (var offset = 1; offset <= 700; offset++)
        {
            if (random.Next(3) == 0)
                user.Dismiss($"d{random.Next(200)}", offset);
            else
                user.Engage($"i{random.Next(500)}", 1 + random.Next(5), offset * 10, offset);
            if (random.Next(40) == 0)
                user = JsonSerializer.Deserialize<UserInterest>(JsonSerializer.Serialize(user))!;
            held.Add((user.Current(), Copy.Of(user)));
            if (user.Before(offset - random.Next(20)) is { } before)
                held.Add((before, Copy.Of(before)));
        }

        Assert.All(held, one => Assert.Equal(one.Copy, Copy.Of(one.Context)));
    }

    /// <summary>Past what is remembered the oldest goes, whatever was there first is no longer had.</summary>
    [Fact]
    public void TheOldestOfTooManyIsForgotten()
    {
        var user = new UserInterest();
        for (var i = 0; i < UserInterest.SeenMax + 5; i++)
        {
            user.Engage($"i{i}", 1, i, i + 1);
            user.Dismiss($"d{i}", i + 1);
        }

        var context = user.Current();
        Assert.Equal(user.Had.Keys.Order(), context.Had.ToArray().Order());
        Assert.Equal(user.Dismissed, context.Dismissed.ToArray());
        Assert.Equal("i5", context.Had.Span[0]);
        Assert.Equal("d5", context.Dismissed.Span[0]);
    }

    /// <summary>Lists as text, for they have no equality.</summary>
    private sealed record Copy(string Recent, string Had, string Dismissed)
    {
        public static Copy Of(UserContext context) => new(
            string.Join(',', context.RecentItems.ToArray().Zip(
                context.RecentWeights.ToArray(), context.RecentAtMs.ToArray())),
            Text(context.Had.ToArray()), Text(context.Dismissed.ToArray()));

        /// <summary>From the state itself.</summary>
        public static Copy Of(UserInterest user) => new(
            string.Join(',', user.Recent.TakeLast(UserInterest.RecentMax)
                .Select(recent => (recent.Item, recent.Weight, recent.AtMs))),
            Text(user.Had.Keys), Text(user.Dismissed));

        private static string Text(IEnumerable<string> items) => string.Join(',', items.Order());
    }
}
