namespace Engage.Recommend.Tests;

public sealed class HistoryAttentionTests
{
    private const int Items = 30;

    [Fact]
    public void ACandidateRisesForWhoHasWhatItGoesWith()
    {
        var attention = new HistoryAttention(new RecommenderOptions(), new(5));
        attention.GrowTo(Items);
        // 20 goes with 1, 21 with 2; both have had 3 and 4 besides.
        for (var i = 0; i < 300; i++)
            Learn(attention, i % 2 == 0 ? [3, 1, 4] : [3, 2, 4], [20, 21, 22, 23], i % 2);

        var (one, two) = (Logits(attention, [4, 1, 3], [20, 21]), Logits(attention, [4, 2, 3], [20, 21]));

        Assert.True(one[0] > one[1] + 1, $"{one[0]} {one[1]}");
        Assert.True(two[1] > two[0] + 1, $"{two[0]} {two[1]}");
    }

    [Fact]
    public void WithoutAKnownHistoryItSaysNothing()
    {
        var attention = new HistoryAttention(new RecommenderOptions(), new(5));
        attention.GrowTo(Items);
        Learn(attention, [1, 2], [3, 4], 0);

        Assert.Equal([0, 0], Logits(attention, [], [3, 4]));
        Assert.Equal([0, 0], Logits(attention, [-1, -1], [3, 4]));
    }

    [Fact]
    public void OnlyTheNewestItemsAreAsked()
    {
        var attention = new HistoryAttention(new RecommenderOptions(), new(5));
        attention.GrowTo(200);
        var history = Enumerable.Range(10, HistoryAttention.Steps).ToArray();
        for (var i = 0; i < 20; i++)
            Learn(attention, history, [3, 4], 0);

        Assert.Equal(Logits(attention, history, [3, 4]), Logits(attention, [1, 2, .. history], [3, 4]));
    }

    private static void Learn(HistoryAttention attention, int[] recent, int[] candidates, int taken)
    {
        var layout = new FeatureLayout(2, 2);
        var query = Asked(recent);
        var rows = new float[candidates.Length * layout.Count];
        attention.Live.Fill(recent, candidates, query.Attention, rows.AsSpan(layout.AttentionAt), layout.Count);
        attention.Learn(query, candidates, taken, rows, layout);
    }

    private static float[] Logits(HistoryAttention attention, int[] recent, int[] candidates)
    {
        var logits = new float[candidates.Length];
        attention.Live.Fill(recent, candidates, new(), logits, 1);
        return logits;
    }

    private static Scratch Asked(int[] recent)
    {
        var asked = new PreparedQuery();
        foreach (var item in recent)
            asked.Recent.Add(item);
        var query = new Scratch();
        query.Begin(Items, asked);
        return query;
    }
}
