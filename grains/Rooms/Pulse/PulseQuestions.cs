using Engage.Contracts;
using Engage.Contracts.Rooms;

namespace Engage.Grains.Rooms;

/// <summary>Questions that wait for an answer. As many as a room lets be open.</summary>
internal sealed class PulseQuestions
{
    private readonly SortedDictionary<long, Waiting> _open = [];

    public void Ask(RoomEntry entry, Asked asked) =>
        _open[entry.Seq] = new(asked.Text, entry.By, asked.Anonymous ? null : entry.Name, entry.At, 0);

    public void Edit(QuestionEdited edited) => Change(edited.Target, asked => asked with { Text = edited.Text });

    public void Vote(QuestionUpvoted vote) =>
        Change(vote.Question, asked => asked with { Votes = Math.Max(0, asked.Votes + (vote.On ? 1 : -1)) });

    public void Close(long question) => _open.Remove(question);

    /// <summary>All that somebody has asked by name is gone.</summary>
    public void Erase(UserId user)
    {
        foreach (var (seq, asked) in _open.ToArray())
            if (asked.Asker == user && asked.Name is not null)
                _open.Remove(seq);
    }

    public OpenQuestion[] Top(int count) =>
    [
        .. _open.OrderByDescending(asked => asked.Value.Votes).ThenBy(asked => asked.Key).Take(count)
            .Select(asked => asked.Value.View(asked.Key)),
    ];

    public void Save(BinaryWriter writer)
    {
        writer.Write7BitEncodedInt(_open.Count);
        foreach (var (seq, asked) in _open)
        {
            writer.Write7BitEncodedInt64(seq);
            writer.Write(asked.Text);
            writer.WriteIfAny(asked.Asker?.Value);
            writer.WriteIfAny(asked.Name);
            writer.Write(asked.At.ToUnixTimeMilliseconds());
            writer.Write7BitEncodedInt64(asked.Votes);
        }
    }

    public void Load(BinaryReader reader)
    {
        for (var left = reader.Read7BitEncodedInt(); left > 0; left--)
        {
            var seq = reader.Read7BitEncodedInt64();
            _open[seq] = new(
                reader.ReadString(),
                reader.ReadIfAny() is { } asker ? new UserId(asker) : null,
                reader.ReadIfAny(),
                DateTimeOffset.FromUnixTimeMilliseconds(reader.ReadInt64()),
                reader.Read7BitEncodedInt64());
        }
    }

    private void Change(long question, Func<Waiting, Waiting> change)
    {
        if (_open.TryGetValue(question, out var asked)) _open[question] = change(asked);
    }

    /// <param name="Asker">Known also where nobody is told.</param>
    /// <param name="Name">Null: asked anonymously.</param>
    private sealed record Waiting(string Text, UserId? Asker, string? Name, DateTimeOffset At, long Votes)
    {
        public OpenQuestion View(long seq) =>
            new(seq, Text, Name is null || Asker is null ? null : new(Asker.Value, Name), Votes, At);
    }
}
