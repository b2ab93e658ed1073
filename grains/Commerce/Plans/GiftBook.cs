using System.Security.Cryptography;
using Engage.Contracts;
using Engage.Contracts.Commerce;
using Engage.Contracts.Commerce.Plans;
using Engage.Storage.Books;
using Engage.Storage.Privacy;

namespace Engage.Grains.Commerce.Plans;

/// <summary>How gifts are kept in the books. What the giver wrote is sealed with her key.</summary>
internal sealed class GiftBook(IBooks books, IPersonalVault vault)
{
    public const string Kind = "gift";
    private const string Purpose = "commerce.gift";
    private const string CodeAlphabet = "abcdefghijkmnpqrstuvwxyz23456789";

    /// <summary>Five bits each: 130 together.</summary>
    private const int CodeLength = 26;
    private const int ListMax = 100;

    public static string SubjectOf(string code) => Gift.SubjectPrefix + code;

    /// <returns>The gift's code; null if the subject is something else.</returns>
    public static string? CodeIn(string? subject) =>
        Gift.IsSubject(subject) ? subject![Gift.SubjectPrefix.Length..] : null;

    public static DocumentId IdOf(string code) => new(Kind, code);

    /// <summary>Nobody guesses it: whoever has it may take the gift.</summary>
    public static string NewCode() => RandomNumberGenerator.GetString(CodeAlphabet, CodeLength);

    public static string GivenBy(UserId user) => $"gifts-from:{user.Value}";

    public static string TakenBy(UserId user) => $"gifts-to:{user.Value}";

    public async ValueTask<Gift> SealAsync(Gift gift, CancellationToken cancellationToken) => gift with
    {
        To = await SealAsync(gift.From, gift.To, cancellationToken),
        Message = await SealAsync(gift.From, gift.Message, cancellationToken),
    };

    /// <summary>Readable; without what nobody can read any more.</summary>
    public async ValueTask<Gift> OpenAsync(Gift gift, CancellationToken cancellationToken) => gift with
    {
        To = await OpenAsync(gift.From, gift.To, cancellationToken),
        Message = await OpenAsync(gift.From, gift.Message, cancellationToken),
    };

    public async ValueTask<List<Gift>> ListAsync(string key, CancellationToken cancellationToken)
    {
        var page = await books.ListAsync(new(key, Kind, 0, ListMax, Newest: true), cancellationToken);
        var gifts = new List<Gift>(page.Items.Count);
        foreach (var item in page.Items) gifts.Add(await OpenAsync(BookJson.Read<Gift>(item), cancellationToken));
        return gifts;
    }

    private async ValueTask<string?> SealAsync(UserId user, string? text, CancellationToken cancellationToken) =>
        text is null ? null : await vault.SealAsync(user, Purpose, text, cancellationToken);

    private async ValueTask<string?> OpenAsync(UserId user, string? text, CancellationToken cancellationToken) =>
        text is null ? null : await vault.OpenAsync(user, Purpose, text, cancellationToken);
}
