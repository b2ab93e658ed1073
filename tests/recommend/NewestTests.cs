using System.Text.Json;

namespace Engage.Recommend.Tests;

public sealed class NewestTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(5)]
    [InlineData(8)]
    public void WhatIsKeptIsTheNewestInOrder(int max)
    {
        var newest = new Newest<Step>();
        var expected = new List<Step>();

        for (var i = 0; i < 30; i++)
        {
            newest.Add(new(i), max);
            expected.Add(new(i));
            if (expected.Count > max)
                expected.RemoveAt(0);
            Assert.Equal(expected, newest);
            Assert.Equal(expected.Count, newest.Count);
            Assert.Equal(new(i), newest[^1]);
        }
        Assert.Throws<ArgumentOutOfRangeException>(() => newest[max]);
    }

    [Fact]
    public void OneThatHasMoreThanItsBoundLosesTheOldest()
    {
        Newest<Step> newest = [new(1), new(2), new(3), new(4), new(5)];

        newest.Add(new(6), 3);

        Assert.Equal([new(4), new(5), new(6)], newest);
    }

    [Fact]
    public void InterestThatWasStoredAsAListOfObjectsIsReadAndStoredTheSame()
    {
        const string stored = """{"Recent":[{"Item":"a","Weight":1.5,"AtMs":7,"Offset":3},"""
            + """{"Item":"b","Weight":1,"AtMs":8,"Offset":4}],"Had":{"a":3,"b":4},"Dismissed":[],"Followed":["""
            + """],"DismissedAt":{},"FollowedAt":{},"Shown":{}}""";

        var interest = JsonSerializer.Deserialize<UserInterest>(stored)!;

        Assert.Equal([new("a", 1.5f, 7, 3), new("b", 1, 8, 4)], interest.Recent);
        Assert.Equal(["a", "b"], interest.Current().RecentItems.ToArray());
        Assert.Equal(stored, JsonSerializer.Serialize(interest));
    }

    private readonly record struct Step(int Number) : IStoredValue
    {
        void IStoredValue.WriteTo(Utf8JsonWriter writer, JsonSerializerOptions options) =>
            writer.WriteNumberValue(Number);
    }
}
