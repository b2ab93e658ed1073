using System.Runtime.InteropServices;
using Engage.Contracts;
using Engage.Contracts.Rooms;

namespace Engage.Api.Rooms;

/// <summary>What gathers for a room while the submission before is under way. Not thread-safe.</summary>
internal sealed class SubmissionRound
{
    /// <summary>Different emoji that one submission counts.</summary>
    private const int EmojiMax = 64;

    /// <summary>A room shows only a few of those who type.</summary>
    private const int TypingMax = 16;

    private readonly List<RoomCommand> _commands = [];
    private readonly List<TaskCompletionSource<RoomOutcome>> _callers = [];

    /// <summary>Who came (a person) and who went (null).</summary>
    private readonly Dictionary<UserId, Person?> _presence = [];
    private readonly Dictionary<string, int> _reactions = [];
    private readonly Dictionary<UserId, Person> _typing = [];
    private TaskCompletionSource? _counted;

    public int Commands => _commands.Count;

    public bool IsEmpty =>
        _commands.Count == 0 && _presence.Count == 0 && _reactions.Count == 0 && _typing.Count == 0;

    public Task<RoomOutcome> Add(RoomCommand command)
    {
        var caller = new TaskCompletionSource<RoomOutcome>(TaskCreationOptions.RunContinuationsAsynchronously);
        _commands.Add(command);
        _callers.Add(caller);
        return caller.Task;
    }

    /// <returns>Completes when the count is durable; null if there are too many different ones.</returns>
    public Task? React(string emoji, int count)
    {
        if (_reactions.Count >= EmojiMax && !_reactions.ContainsKey(emoji)) return null;
        CollectionsMarshal.GetValueRefOrAddDefault(_reactions, emoji, out _) += count;
        _counted ??= new(TaskCreationOptions.RunContinuationsAsynchronously);
        return _counted.Task;
    }

    public void Entered(Person person)
    {
        // Gone and back before anybody was told: nothing happened.
        if (!_presence.Remove(person.User)) _presence[person.User] = person;
    }

    public void Left(UserId user)
    {
        if (!_presence.Remove(user)) _presence[user] = null;
    }

    public void Typing(Person person)
    {
        if (_typing.Count < TypingMax) _typing[person.User] = person;
    }

    /// <summary>Presence of a round that was not taken; what came since counts.</summary>
    public void PutBack(SubmissionRound refused)
    {
        foreach (var (user, person) in refused._presence)
            if (!_presence.TryGetValue(user, out var since)) _presence[user] = person;
            else if (since is null != person is null) _presence.Remove(user);
    }

    public RoomSubmission ToSubmission(string node, long batch)
    {
        var reactions = new EmojiCount[_reactions.Count];
        var at = 0;
        foreach (var (emoji, count) in _reactions) reactions[at++] = new(emoji, count);
        return new(
            node, batch, [.. _commands],
            [.. _presence.Values.OfType<Person>()],
            [.. _presence.Where(person => person.Value is null).Select(person => person.Key)],
            reactions, [.. _typing.Values]);
    }

    /// <summary>Everybody who waits for this round gets an answer.</summary>
    public void Complete(RoomOutcome[] outcomes)
    {
        for (var i = 0; i < _callers.Count; i++) _callers[i].SetResult(outcomes[i]);
        _counted?.SetResult();
    }

    public void Fail(Exception exception)
    {
        foreach (var caller in _callers) caller.SetException(exception);
        _counted?.SetException(exception);
    }
}
