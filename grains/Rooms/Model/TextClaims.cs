using Engage.Contracts;
using Engage.Contracts.Rooms;

namespace Engage.Grains.Rooms;

/// <summary>
/// Says what in an entry is somebody else's than its author's, so that it goes with whoever it belongs to: the text of
/// a question that a moderator removed, words of a cloud that few have sent, names of people who are known here.
/// </summary>
internal sealed class TextClaims(Chat chat, Questions questions, Polls polls)
{
    /// <summary>A shorter name is a word of any text, and is looked for behind an at sign alone.</summary>
    private const int NameLengthMin = 2;

    private static ReadOnlySpan<char> AtSigns => "@＠";

    /// <param name="entry">Not applied yet.</param>
    /// <returns>Null: all of it is its author's.</returns>
    public TextClaim[]? Of(RoomEntry entry)
    {
        TextClaim[] claims = entry.Fact is PollClosed closed
            ? [.. polls.WritersOf(closed)]
            : [.. WholesOf(entry.Fact), .. NamesIn(entry)];
        return claims.Length > 0 ? claims : null;
    }

    /// <summary>Why something was taken away is about whoever wrote it.</summary>
    private IEnumerable<TextClaim> WholesOf(RoomFact fact) => fact switch
    {
        DeletionAudited audited => [.. Whole(OwnerOf(fact), audited.Text), .. Whole(OwnerOf(fact), audited.Reason)],
        Deleted deleted => Whole(OwnerOf(fact), deleted.Reason),
        _ => [],
    };

    /// <summary>Whose the texts are that are not of the entry's author; null: they are.</summary>
    private UserId? OwnerOf(RoomFact fact) => fact switch
    {
        DeletionAudited audited => audited.Asker ?? audited.Author,
        Deleted deleted => chat.AuthorOf(deleted.Target),
        Restricted restricted => restricted.User,
        _ => null,
    };

    private static IEnumerable<TextClaim> Whole(UserId? owner, string? text) =>
        owner is { } one && text is { Length: > 0 } ? [new(text, [one], IsWhole: true)] : [];

    private List<TextClaim> NamesIn(RoomEntry entry)
    {
        var (names, owner) = (new List<TextClaim>(), OwnerOf(entry.Fact) ?? entry.By);
        foreach (var text in TextsOf(entry.Fact))
        {
            foreach (var user in PeopleOf(entry.Fact))
                if (chat.Authors.NameOf(user) is { Length: >= NameLengthMin } name) Add(user, name, text);
            if (entry.Fact is QuestionAnswered answered && questions.SignerOf(answered.Question) is { } asker
                && asker.Name.Length >= NameLengthMin)
                Add(asker.User, asker.Name, text);
            for (var at = 0; text.AsSpan(at).IndexOfAny(AtSigns) is >= 0 and var sign;)
            {
                at += sign + 1;
                if (chat.Authors.AtStartOf(text.AsSpan(at)) is not var (user, name)) continue;
                Add(user, name.Length >= NameLengthMin ? name : text.Substring(at - 1, 1 + name.Length), text);
            }
        }
        return names;

        void Add(UserId user, string name, string text)
        {
            if (user != owner && text.Contains(name, StringComparison.Ordinal)
                && !names.Exists(claim => claim.Text == name))
                names.Add(new(name, [user], IsWhole: false));
        }
    }

    /// <summary>Whom it is about besides its author.</summary>
    private IEnumerable<UserId> PeopleOf(RoomFact fact)
    {
        var (mentions, reply) = fact switch
        {
            Said said => (said.Mentions, said.ReplyTo),
            Held held => (held.Mentions, held.ReplyTo ?? (held.Target is { } target ? chat.ReplyOf(target) : null)),
            Edited edited => ([], chat.ReplyOf(edited.Target)),
            DeletionAudited audited => ([], chat.ReplyOf(audited.Target)),
            _ => ([], null),
        };
        return reply is { } seq && chat.AuthorOf(seq) is { } author ? mentions.Append(author) : mentions;
    }

    private static IEnumerable<string> TextsOf(RoomFact fact) => fact switch
    {
        Said said => [said.Text],
        Edited edited => [edited.Text],
        Asked asked => [asked.Text],
        QuestionEdited edited => [edited.Text],
        QuestionAnswered { Text: { } text } => [text],
        Held held => [held.Text],
        DeletionAudited audited => [audited.Text, audited.Reason ?? ""],
        Deleted { Reason: { } reason } => [reason],
        Restricted { Reason: { } reason } => [reason],
        PollOpened opened => [opened.Terms.Question, .. opened.Terms.Choices],
        _ => [],
    };
}
