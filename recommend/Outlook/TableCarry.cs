using Engage.Neural;

namespace Engage.Recommend;

/// <summary>Carries <see cref="IdRows"/> to and from tensors.</summary>
internal static class IdRowsCarry
{
    public static void Carry(ModelState state, string name, IdRows rows)
    {
        var saved = Arrays(state, name, state.Loading ? new([], [], [], []) : rows.Save());
        if (state.Loading)
            rows.Load(saved);
    }

    public static IdRowsState Arrays(ModelState state, string name, IdRowsState saved)
    {
        var (ids, lastUsed, free, clock) = saved;
        state.Array($"{name}.ids", ref ids);
        state.Array($"{name}.last_used", ref lastUsed);
        state.Array($"{name}.free", ref free);
        state.Array($"{name}.clock", ref clock);
        return new(ids, lastUsed, free, clock);
    }
}

/// <summary>Carries a <see cref="GrowingEmbedding"/> to and from tensors.</summary>
internal static class GrowingEmbeddingCarry
{
    public static void Carry(ModelState state, string name, GrowingEmbedding embedding)
    {
        var (ids, sketch, sightings, rows, sums, random) = state.Loading
            ? new(new([], [], [], []), [], [], [], [], [])
            : embedding.Save();
        ids = IdRowsCarry.Arrays(state, name, ids);
        state.Array($"{name}.sketch", ref sketch);
        state.Array($"{name}.sightings", ref sightings);
        state.Array($"{name}.rows", ref rows);
        state.Array($"{name}.sums", ref sums);
        state.Array($"{name}.random", ref random);
        if (state.Loading)
            embedding.Load(new(ids, sketch, sightings, rows, sums, random));
    }
}
