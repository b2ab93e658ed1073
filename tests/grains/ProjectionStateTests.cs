using System.Text.Json;
using Engage.Contracts.Activity;
using Engage.Grains.Activity;
using Engage.Grains.Users;
using Engage.Storage;

namespace Engage.Grains.Tests;

public sealed class ProjectionStateTests
{
    private static readonly JsonSerializerOptions Json = new StorageOptions().StateJson;

    [Fact]
    public void StateThatWasStoredAsDictionariesIsReadAndStoredTheSame()
    {
        const string stored = """{"Applied":{"0":12,"5":7,"3":9},"Counters":{"completed":2,"impression":40}}""";

        var state = JsonSerializer.Deserialize<ProjectionState>(stored, Json)!;

        Assert.Equal((12, 7, 9, 0), (state.Applied[0], state.Applied[5], state.Applied[3], state.Applied[1]));
        Assert.Equal((2, 40), (state.Counters[ActivityKind.Completed], state.Counters[ActivityKind.Impression]));
        Assert.Equal(stored, JsonSerializer.Serialize(state, Json));
    }

    [Fact]
    public void EmptyStateIsStoredAsItWas()
    {
        const string stored = """{"Applied":{},"Counters":{}}""";

        Assert.Equal(stored, JsonSerializer.Serialize(new ProjectionState(), Json));
        Assert.False(JsonSerializer.Deserialize<ProjectionState>(stored, Json)!.Applied.HasAny);
    }

    [Fact]
    public void ManyPartitionsAreKeptApart()
    {
        var state = new ProjectionState();
        for (var offset = 1; offset <= 300; offset++) Assert.True(state.Advance(offset * 7 % 100, offset));

        var applied = state.Applied.ToDictionary();

        Assert.Equal(100, applied.Count);
        Assert.All(applied, entry => Assert.Equal(entry.Key, entry.Value * 7 % 100));
        Assert.All(applied.Values, offset => Assert.True(offset > 200));
        Assert.False(state.Advance(7, 201));
        Assert.True(state.Advance(7, 302));
    }

    [Fact]
    public void ActionsThatWereStoredAsObjectsAreReadAndStoredTheSame()
    {
        const string actions = """[{"Kind":"completed","Content":"c-1","Creator":"k-1","AtMs":5,"Offset":1},"""
            + """{"Kind":"rated","Content":"c-2","Value":4.5,"AtMs":6,"Offset":2}]""";

        var state = JsonSerializer.Deserialize<UserState>($$"""{"Actions":{{actions}} }""", Json)!;

        Assert.Equal(
            [
                new(ActivityKind.Completed, "c-1", "k-1", null, 5, 1),
                new(ActivityKind.Rated, "c-2", null, 4.5f, 6, 2),
            ],
            state.Actions);
        Assert.Contains(actions, JsonSerializer.Serialize(state, Json), StringComparison.Ordinal);
    }
}
