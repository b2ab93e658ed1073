using Engage.Contracts.Activity;
using Engage.Evaluation;
using Engage.Grains.Users;
using Engage.Recommend;

namespace Engage.Bench.Evaluation;

/// <summary>The last actions of each user, as many as the users' actors hand to the model with the next one.</summary>
/// <param name="scale">Turns recorded ratings into stars; null when nothing was rated.</param>
internal sealed class UserActions(RatingScale? scale)
{
    private readonly Dictionary<string, List<UserAction>> _users = new(StringComparer.Ordinal);

    /// <summary>The user's last actions, oldest first.</summary>
    public UserAction[] Of(string user) => _users.TryGetValue(user, out var history) ? [.. history] : [];

    /// <summary>Keeps an event as the user's newest action, and teaches the recommender what she does next.</summary>
    public void Act(Recommender recommender, Interaction interaction)
    {
        var before = Of(interaction.User);
        recommender.Act(interaction.User, before, Keep(interaction), interaction.Item);
    }

    /// <summary>Keeps an event as the user's newest action.</summary>
    public UserAction Keep(Interaction interaction)
    {
        if (!_users.TryGetValue(interaction.User, out var history))
            _users.Add(interaction.User, history = []);
        float? stars = interaction.Value is { } value ? scale?.Stars(value) : null;
        // A file without opinions records that something was had, not what was thought of it.
        var kind = stars is null ? ActivityKind.Completed : ActivityKind.Rated;
        var action = UserAction.Of((int)kind, interaction.Item, null, stars, interaction.AtMs);
        history.Add(action);
        if (history.Count > ActionLog.HistoryMax)
            history.RemoveAt(0);
        return action;
    }
}
