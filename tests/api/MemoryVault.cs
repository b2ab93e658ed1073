using System.Collections.Concurrent;
using System.Text;
using Engage.Contracts;
using Engage.Storage.Privacy;

namespace Engage.Api.Tests;

/// <summary>Keeps what it is given as long as it lives itself.</summary>
internal sealed class MemoryVault : IPersonalVault
{
    private readonly ConcurrentDictionary<UserId, bool> _destroyed = [];

    public ValueTask<string> SealAsync(UserId user, string purpose, string text, CancellationToken cancellationToken) =>
        _destroyed.ContainsKey(user)
            ? throw new PersonErasedException(user)
            : ValueTask.FromResult("s1." + Convert.ToHexString(Encoding.UTF8.GetBytes(text)));

    public ValueTask<string?> OpenAsync(
        UserId user, string purpose, string sealedText, CancellationToken cancellationToken) =>
        ValueTask.FromResult(
            _destroyed.ContainsKey(user) ? null : Encoding.UTF8.GetString(Convert.FromHexString(sealedText[3..])));

    public ValueTask DestroyAsync(UserId user, CancellationToken cancellationToken)
    {
        _destroyed[user] = true;
        return ValueTask.CompletedTask;
    }
}
