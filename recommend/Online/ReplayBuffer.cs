using System.Runtime.InteropServices;
using Engage.Neural;

namespace Engage.Recommend;

/// <summary>An example that was learned, but for its features.</summary>
/// <param name="User">Whose, as <see cref="ImpressionJoin.UserOf"/>.</param>
/// <param name="Weight">How much it counted when it was new.</param>
/// <param name="Gap">Of no meaning, as <paramref name="Gap2"/>: see <see cref="ModelState"/>.</param>
[StructLayout(LayoutKind.Sequential)]
internal readonly record struct ReplayedExample(
    uint User, float Weight, bool Engaged, byte Gap = 0, ushort Gap2 = 0);

/// <summary>
/// The newest examples of the engagement model, to be learned again beside new ones. Of a fixed size from the first
/// example on that fills it: what is forgotten is the oldest, so that a draw is of what the stream is like now.
/// </summary>
/// <remarks>Features are kept in half precision: they are standardized, and three digits of them are enough.</remarks>
/// <param name="max">Examples at most; 0 keeps none.</param>
/// <param name="width">Features of an example.</param>
internal sealed class ReplayBuffer(int max, int width)
{
    private readonly List<ReplayedExample> _examples = [];
    private readonly List<Half> _rows = [];
    private int _next;

    public int Count => _examples.Count;

    public void Add(ReplayedExample example, ReadOnlySpan<float> row)
    {
        if (max == 0)
            return;
        if (Count < max)
        {
            _examples.Add(example);
            CollectionsMarshal.SetCount(_rows, Count * width);
            Write(Count - 1, row);
            return;
        }

        _next %= max;
        _examples[_next] = example;
        Write(_next++, row);
    }

    /// <param name="row">[width], receives the features.</param>
    /// <returns>One of the examples, each as likely as the others; there must be one.</returns>
    public ReplayedExample Draw(SeededRandom random, Span<float> row)
    {
        var at = random.Next(Count);
        var from = CollectionsMarshal.AsSpan(_rows).Slice(at * width, width);
        for (var i = 0; i < width; i++)
            row[i] = (float)from[i];
        return _examples[at];
    }

    /// <summary>Drops every example of a user.</summary>
    public void Forget(uint user)
    {
        for (var at = Count - 1; at >= 0; at--)
            if (_examples[at].User == user)
                Remove(at);
    }

    /// <param name="fromMs">From which moment of the stream on examples are kept, saved with them.</param>
    public void Carry(ModelState state, ref long fromMs)
    {
        // A model that was saved before there was such a buffer begins with an empty one.
        if (state.Loading && !state.Has("online.replay.examples"))
            return;
        var (examples, rows) = (_examples.ToArray(), _rows.ToArray());
        state.Array("online.replay.examples", ref examples);
        state.Array("online.replay.rows", ref rows);
        state.Value("online.replay.next", ref _next);
        state.Value("online.replay.from", ref fromMs);
        if (!state.Loading)
            return;
        if (rows.Length != examples.Length * width || examples.Length > max || _next < 0)
            throw new InvalidDataException(
                $"{examples.Length} examples with {rows.Length} features were saved; the options ask for at most " +
                $"{max} with {width} each. Load with the options it was saved with.");
        _examples.AddRange(examples);
        _rows.AddRange(rows);
    }

    private void Write(int at, ReadOnlySpan<float> row)
    {
        var into = CollectionsMarshal.AsSpan(_rows).Slice(at * width, width);
        for (var i = 0; i < width; i++)
            into[i] = (Half)row[i];
    }

    /// <summary>The last one takes its place.</summary>
    private void Remove(int at)
    {
        var last = Count - 1;
        var rows = CollectionsMarshal.AsSpan(_rows);
        _examples[at] = _examples[last];
        rows.Slice(last * width, width).CopyTo(rows[(at * width)..]);
        _examples.RemoveAt(last);
        CollectionsMarshal.SetCount(_rows, last * width);
    }
}
