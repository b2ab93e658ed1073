using System.Text.Json;

namespace Engage.Grains.Tests.Rooms.Model;

/// <summary>How a client keeps the state: by member, those of four of them by id; null takes one away.</summary>
internal static class StateFold
{
    private static readonly string[] ById = ["questions", "polls", "messages", "held"];

    public static void Fold(Dictionary<string, string> state, byte[]? changes)
    {
        if (changes is null) return;

        foreach (var member in Stage.Json(changes).EnumerateObject())
        {
            if (!ById.Contains(member.Name))
                state[member.Name] = member.Value.GetRawText();
            else
                foreach (var item in member.Value.EnumerateObject())
                    if (item.Value.ValueKind == JsonValueKind.Null) state.Remove($"{member.Name}/{item.Name}");
                    else state[$"{member.Name}/{item.Name}"] = item.Value.GetRawText();
        }
    }

    /// <summary>Everything in a snapshot was told; members that never changed need not have been.</summary>
    public static void AssertHolds(Dictionary<string, string> state, JsonElement snapshot)
    {
        foreach (var member in snapshot.EnumerateObject())
        {
            if (!ById.Contains(member.Name))
            {
                if (state.TryGetValue(member.Name, out var folded)) Assert.Equal(member.Value.GetRawText(), folded);
            }
            else
                foreach (var item in member.Value.EnumerateObject())
                    Assert.Equal(item.Value.GetRawText(), state[$"{member.Name}/{item.Name}"]);
        }
    }
}
