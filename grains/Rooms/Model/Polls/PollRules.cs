using Engage.Contracts.Rooms;
using Engage.Contracts.Texts;

namespace Engage.Grains.Rooms;

/// <summary>What makes a poll or a vote good by itself.</summary>
internal static class PollRules
{
    public const int ChoicesMin = 2;
    public const int ChoicesMax = 10;
    public const int ChoiceLengthMax = 100;
    public const double BoundMax = 1e9;
    public static readonly TimeSpan OpenForMax = TimeSpan.FromDays(1);

    /// <returns>What is wrong; null: the poll can be opened, and <paramref name="terms"/> are its terms.</returns>
    public static string? Check(OpenPoll open, RoomOptions options, long now, out PollTerms terms)
    {
        terms = null!;
        if (!Enum.IsDefined(open.Kind))
            return $"kind {open.Kind} is unknown, expected one of docs/protocol.md, 'Rooms'";

        var question = RoomText.Clean(open.Question, options.TextLengthMax);
        var choices = (open.Choices ?? []).Select(choice => RoomText.Clean(choice, ChoiceLengthMax)).ToArray();
        if (question.Wrong is { } wrong) return $"question {wrong}";
        if (Array.FindIndex(choices, choice => choice.Wrong is not null) is >= 0 and var bad)
            return $"choices[{bad}] {choices[bad].Wrong}";
        if (open.OpenFor is { } openFor && (openFor < TimeSpan.FromSeconds(1) || openFor > OpenForMax))
            return $"openFor is {openFor:c}, expected 1 s to 1 day; leave it out to close the poll by hand";

        terms = new(open.Kind, question.Text, [.. choices.Select(choice => choice.Text)],
            open.Kind == PollKind.Slider ? open.Minimum : null, open.Kind == PollKind.Slider ? open.Maximum : null,
            open.ShowResults, open.OpenFor is { } time ? RoomTime.From(now + (long)time.TotalMilliseconds) : null);
        return CheckChoices(terms, open.Right) ?? CheckBounds(open);
    }

    /// <returns>What is wrong; null: the vote counts as <paramref name="ballot"/>.</returns>
    public static string? Check(Vote vote, PollTerms terms, RoomOptions options, out Ballot ballot)
    {
        ballot = default;
        switch (terms.Kind)
        {
            case PollKind.Slider:
                if (vote.Value is not { } value || !(value >= terms.Minimum && value <= terms.Maximum))
                    return $"value is {vote.Value}, expected {terms.Minimum} to {terms.Maximum}";
                ballot = new(0, value, null);
                return vote.Choices is null && vote.Word is null ? null : "a slider takes a value and nothing else";
            case PollKind.WordCloud:
                var word = RoomText.Clean(vote.Word, options.CloudWordLengthMax);
                if (word.Wrong is not null) return $"word {word.Wrong}";
                ballot = new(0, null, Fold.Word(word.Text));
                return vote.Choices is null && vote.Value is null ? null : "a word cloud takes a word and nothing else";
            default:
                return CheckChosen(vote, terms, out ballot);
        }
    }

    private static string? CheckChosen(Vote vote, PollTerms terms, out Ballot ballot)
    {
        ballot = default;
        if (vote.Value is not null || vote.Word is not null) return "this poll takes choices and nothing else";
        var chosen = vote.Choices?.Distinct().ToArray() ?? [];
        var most = terms.Kind == PollKind.Multiple ? terms.Choices.Length : 1;
        if (chosen.Length < 1 || chosen.Length > most)
            return $"choices has {chosen.Length} different ones, expected 1{(most > 1 ? $" to {most}" : "")}";
        if (Array.Exists(chosen, choice => choice < 0 || choice >= terms.Choices.Length))
            return $"choices has {string.Join(", ", chosen)}, expected indexes 0 to {terms.Choices.Length - 1}";

        ballot = Ballot.Of(chosen);
        return null;
    }

    private static string? CheckChoices(PollTerms terms, int? right)
    {
        var choices = terms.Choices;
        if (!terms.HasChoices)
            return choices.Length == 0 && right is null ? null : $"a {terms.Kind} poll has no choices and no right one";
        if (choices.Length is < ChoicesMin or > ChoicesMax)
            return $"choices has {choices.Length}, expected {ChoicesMin} to {ChoicesMax}";
        if (choices.Distinct(StringComparer.Ordinal).Count() < choices.Length)
            return "choices has the same one twice, expected different ones";
        if (terms.Kind != PollKind.Quiz)
            return right is null ? null : $"right is {right}, expected none: only a quiz has a right choice";

        return right >= 0 && right < choices.Length
            ? null
            : $"right is {right?.ToString(Culture) ?? "absent"}, expected 0 to {choices.Length - 1}: a quiz has one";
    }

    private static string? CheckBounds(OpenPoll open)
    {
        if (open.Kind != PollKind.Slider)
            return open.Minimum is null && open.Maximum is null ? null : $"a {open.Kind} poll has no bounds";

        return open.Minimum is >= -BoundMax and var minimum && open.Maximum is <= BoundMax and var maximum &&
            minimum < maximum
            ? null
            : $"minimum is {open.Minimum} and maximum {open.Maximum}, expected two numbers, the first below the " +
              $"second, from {-BoundMax} to {BoundMax}";
    }

    private static IFormatProvider Culture => System.Globalization.CultureInfo.InvariantCulture;
}
