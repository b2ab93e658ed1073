using Engage.Contracts;

namespace Engage.Storage.Privacy;

/// <inheritdoc cref="IPersonalVault"/>
internal sealed class PersonalVault(PersonalKeys keys) : IPersonalVault
{
    /// <inheritdoc/>
    public ValueTask<string> SealAsync(
        UserId user, string purpose, string text, CancellationToken cancellationToken)
    {
        var key = keys.GetAsync(user, cancellationToken);
        return key.IsCompletedSuccessfully
            ? new(PersonalSeal.SealText(key.Result, user, purpose, text))
            : Finish(key, user, purpose, text);

        static async ValueTask<string> Finish(ValueTask<byte[]> key, UserId user, string purpose, string text) =>
            PersonalSeal.SealText(await key.ConfigureAwait(false), user, purpose, text);
    }

    /// <inheritdoc/>
    public async ValueTask<string?> OpenAsync(
        UserId user, string purpose, string sealedText, CancellationToken cancellationToken) =>
        await keys.FindAsync(user, cancellationToken).ConfigureAwait(false) is { } key
            ? PersonalSeal.OpenText(key, user, purpose, sealedText)
            : null;

    /// <inheritdoc/>
    public async ValueTask<string[]> SealAsync(
        IReadOnlyList<PersonalText> texts, CancellationToken cancellationToken)
    {
        var found = await keys.GetAsync(texts.Select(text => text.User), cancellationToken).ConfigureAwait(false);
        return
        [
            .. texts.Select(text => found.TryGetValue(text.User, out var key)
                ? PersonalSeal.SealText(key, text.User, text.Purpose, text.Text)
                : throw new PersonErasedException(text.User)),
        ];
    }

    /// <inheritdoc/>
    public async ValueTask<string?[]> OpenAsync(
        IReadOnlyList<PersonalText> sealedTexts, CancellationToken cancellationToken)
    {
        var found = await keys.FindAsync(sealedTexts.Select(text => text.User), cancellationToken)
            .ConfigureAwait(false);
        return
        [
            .. sealedTexts.Select(text => found.TryGetValue(text.User, out var key)
                ? PersonalSeal.OpenText(key, text.User, text.Purpose, text.Text)
                : null),
        ];
    }

    /// <inheritdoc/>
    public async ValueTask<byte[]> SealAsync(
        UserId user, string purpose, ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken) =>
        PersonalSeal.Seal(
            await keys.GetAsync(user, cancellationToken).ConfigureAwait(false), user, purpose, bytes.Span);

    /// <inheritdoc/>
    public async ValueTask<byte[]?> OpenAsync(
        UserId user, string purpose, ReadOnlyMemory<byte> sealedBytes, CancellationToken cancellationToken) =>
        await keys.FindAsync(user, cancellationToken).ConfigureAwait(false) is { } key
            ? PersonalSeal.Open(key, user, purpose, sealedBytes.Span)
            : null;

    /// <inheritdoc/>
    public ValueTask DestroyAsync(UserId user, CancellationToken cancellationToken) =>
        keys.DestroyAsync(user, cancellationToken);
}
