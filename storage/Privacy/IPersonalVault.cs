using System.Text;
using Engage.Contracts;

namespace Engage.Storage.Privacy;

/// <summary>
/// Keeps what is personal readable only as long as its person's key exists: AES-256-GCM with a key per user, itself
/// wrapped by the platform's key ring. Destroying the key erases every copy at once, in backups as well.
/// </summary>
public interface IPersonalVault
{
    /// <summary>Makes the person's key if there is none yet.</summary>
    /// <param name="user">Whose it is.</param>
    /// <param name="purpose">Such as <c>account.mail</c>: bound to the text, so that it opens nowhere else.</param>
    /// <param name="text">What is to be kept.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>Base64url behind a version, safe in JSON: <c>s1.…</c>.</returns>
    /// <exception cref="PersonErasedException">The person was erased; nothing of hers is kept any more.</exception>
    ValueTask<string> SealAsync(UserId user, string purpose, string text, CancellationToken cancellationToken);

    /// <returns>Null when the person's key is gone.</returns>
    /// <exception cref="StorageException">It was not sealed for this user and purpose, or is damaged.</exception>
    ValueTask<string?> OpenAsync(
        UserId user, string purpose, string sealedText, CancellationToken cancellationToken);

    /// <summary>As one by one, but who needs a key first gets hers in one write with the others.</summary>
    /// <returns>In the same order.</returns>
    /// <exception cref="PersonErasedException">One of them was erased.</exception>
    ValueTask<string[]> SealAsync(IReadOnlyList<PersonalText> texts, CancellationToken cancellationToken);

    /// <returns>In the same order; null for those whose key is gone.</returns>
    /// <exception cref="StorageException">One was not sealed for this user and purpose, or is damaged.</exception>
    ValueTask<string?[]> OpenAsync(IReadOnlyList<PersonalText> sealedTexts, CancellationToken cancellationToken);

    /// <summary>As with texts.</summary>
    async ValueTask<byte[]> SealAsync(
        UserId user, string purpose, ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken) =>
        Encoding.ASCII.GetBytes(
            await SealAsync(user, purpose, Convert.ToBase64String(bytes.Span), cancellationToken)
                .ConfigureAwait(false));

    /// <returns>Null when the person's key is gone.</returns>
    /// <exception cref="StorageException">It was not sealed for this user and purpose, or is damaged.</exception>
    async ValueTask<byte[]?> OpenAsync(
        UserId user, string purpose, ReadOnlyMemory<byte> sealedBytes, CancellationToken cancellationToken) =>
        await OpenAsync(user, purpose, Encoding.ASCII.GetString(sealedBytes.Span), cancellationToken)
            .ConfigureAwait(false) is { } text
            ? Convert.FromBase64String(text)
            : null;

    /// <summary>
    /// Durable when it completes; doing it again is harmless. The user id never gets a key again. Other nodes may still
    /// read with it for <see cref="KeyRingOptions.CacheLifetime"/>.
    /// </summary>
    ValueTask DestroyAsync(UserId user, CancellationToken cancellationToken);
}

/// <param name="Text">Readable, or sealed.</param>
public readonly record struct PersonalText(UserId User, string Purpose, string Text);

/// <summary>Somebody was erased, and something was to be kept of her all the same.</summary>
public sealed class PersonErasedException(UserId user)
    : Exception($"User '{user}' was erased; nothing personal is kept of that id any more.")
{
    public UserId User => user;
}
