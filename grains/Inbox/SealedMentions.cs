using System.Text.Json;
using Engage.Contracts;
using Engage.Contracts.Rooms;
using Engage.Storage.Privacy;

namespace Engage.Grains.Inbox;

/// <summary>
/// Mentions as an inbox keeps them: what somebody wrote is hers, in other people's inboxes as well, and is readable
/// there only as long as her key exists.
/// </summary>
internal sealed class SealedMentions(IPersonalVault vault)
{
    /// <returns>Null when the author was erased: nothing of hers is kept.</returns>
    public async ValueTask<InboxItem?> SealAsync(UserId owner, Mention mention)
    {
        try
        {
            var words = JsonSerializer.Serialize((string[])[mention.By.Name, mention.Text]);
            var kept = await vault.SealAsync(
                mention.By.User, Purpose(owner, mention), words, CancellationToken.None);
            return new(mention with { By = new(mention.By.User, ""), Text = "" }, false, kept);
        }
        catch (PersonErasedException)
        {
            return null;
        }
    }

    /// <returns>In the same order, without those whose author was erased.</returns>
    public async ValueTask<Mention[]> OpenAsync(UserId owner, IReadOnlyList<InboxItem> items)
    {
        var kept = items.Where(item => item.Sealed is not null).ToArray();
        var texts = await vault.OpenAsync(
            [.. kept.Select(item => new PersonalText(
                item.Mention.By.User, Purpose(owner, item.Mention), item.Sealed!))],
            CancellationToken.None);
        var opened = kept.Zip(texts).Where(pair => pair.Second is not null)
            .ToDictionary(pair => pair.First, pair => Open(pair.First.Mention, pair.Second!));
        return
        [
            .. items
                .Select(item => item.Sealed is null ? item.Mention : opened.GetValueOrDefault(item))
                .OfType<Mention>(),
        ];
    }

    private static Mention Open(Mention mention, string text)
    {
        var words = JsonSerializer.Deserialize<string[]>(text)!;
        return mention with { By = new(mention.By.User, words[0]), Text = words[1] };
    }

    private static string Purpose(UserId owner, Mention mention) => $"inbox:{owner}:{mention.Room}:{mention.Seq}";
}
