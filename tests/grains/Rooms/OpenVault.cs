using Engage.Contracts;
using Engage.Storage.Privacy;

namespace Engage.Grains.Tests;

/// <summary>Seals nothing, and knows who was erased.</summary>
internal sealed class OpenVault : IPersonalVault
{
    private readonly HashSet<UserId> _erased = [];

    public ValueTask<string> SealAsync(UserId user, string purpose, string text, CancellationToken cancellationToken) =>
        _erased.Contains(user) ? throw new PersonErasedException(user) : new(text);

    public ValueTask<string?> OpenAsync(
        UserId user, string purpose, string sealedText, CancellationToken cancellationToken) =>
        new(_erased.Contains(user) ? null : sealedText);

    public async ValueTask<string[]> SealAsync(
        IReadOnlyList<PersonalText> texts, CancellationToken cancellationToken)
    {
        var kept = new List<string>();
        foreach (var text in texts) kept.Add(await SealAsync(text.User, text.Purpose, text.Text, cancellationToken));
        return [.. kept];
    }

    public async ValueTask<string?[]> OpenAsync(
        IReadOnlyList<PersonalText> sealedTexts, CancellationToken cancellationToken)
    {
        var opened = new List<string?>();
        foreach (var text in sealedTexts)
            opened.Add(await OpenAsync(text.User, text.Purpose, text.Text, cancellationToken));
        return [.. opened];
    }

    public ValueTask DestroyAsync(UserId user, CancellationToken cancellationToken)
    {
        _erased.Add(user);
        return default;
    }
}
