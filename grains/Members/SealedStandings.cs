using Engage.Contracts;
using Engage.Contracts.Rooms;
using Engage.Storage.Privacy;

namespace Engage.Grains.Members;

/// <summary>
/// Why somebody was banned or muted is about her: it is stored sealed with her key, for the moderators to read as long
/// as she is here.
/// </summary>
internal sealed class SealedStandings(IPersonalVault vault, string community)
{
    public async ValueTask<Standing> SealAsync(string user, Standing standing) => standing with
    {
        BanReason = await SealAsync(user, "ban", standing.BanReason),
        MuteReason = await SealAsync(user, "mute", standing.MuteReason),
    };

    public async Task<Dictionary<string, Standing>> SealAsync(Dictionary<string, Standing> people)
    {
        foreach (var (user, standing) in people)
            if (HasReason(standing))
                people[user] = await SealAsync(user, standing);
        return people;
    }

    /// <returns>In the same order; without the reasons of those whose key is gone.</returns>
    public async Task<Standing[]> OpenAsync(IReadOnlyList<(string User, Standing Standing)> people)
    {
        var texts = people.SelectMany(person => new[]
        {
            (Place: "ban", person.User, Text: person.Standing.BanReason),
            (Place: "mute", person.User, Text: person.Standing.MuteReason),
        }).Where(text => text.Text is not null).ToArray();
        var opened = new Queue<string?>(await vault.OpenAsync(
            [.. texts.Select(text => new PersonalText(new(text.User), Purpose(text.Place), text.Text!))],
            CancellationToken.None));
        return
        [
            .. people.Select(person => person.Standing with
            {
                BanReason = person.Standing.BanReason is null ? null : opened.Dequeue(),
                MuteReason = person.Standing.MuteReason is null ? null : opened.Dequeue(),
            }),
        ];
    }

    /// <summary>Whoever was erased may be banned all the same, without words.</summary>
    private async ValueTask<string?> SealAsync(string user, string place, string? reason)
    {
        if (reason is null) return null;
        try
        {
            return await vault.SealAsync(new(user), Purpose(place), reason, CancellationToken.None);
        }
        catch (PersonErasedException)
        {
            return null;
        }
    }

    private static bool HasReason(Standing standing) => standing is not { BanReason: null, MuteReason: null };

    private string Purpose(string place) => $"standing:{community}:{place}";
}
