using System.Security.Cryptography;
using Engage.Contracts;
using Microsoft.Extensions.Options;

namespace Engage.Grains.Accounts;

/// <summary>
/// Derives password hashes. One takes a good part of a second of a core, so they run on the thread pool, as many at
/// once as there are cores, and a bounded number waits: a crowd that signs in does not stop everything else.
/// </summary>
internal sealed class PasswordHashing(IOptions<AccountOptions> options) : IDisposable
{
    private const int SaltBytes = 16;
    private const int HashBytes = 32;
    private const int WaitingMax = 64;
    private static readonly TimeSpan BusyRetryAfter = TimeSpan.FromSeconds(2);
    private readonly SemaphoreSlim _cores = new(Environment.ProcessorCount);
    private int _waiting;

    /// <exception cref="BusyException">More wait than is bearable.</exception>
    public async Task<PasswordHash> CreateAsync(string password)
    {
        var (salt, iterations) = (RandomNumberGenerator.GetBytes(SaltBytes), options.Value.PasswordIterations);
        return new()
        {
            Iterations = iterations, Salt = salt, Hash = await DeriveAsync(password, salt, iterations),
        };
    }

    /// <inheritdoc cref="CreateAsync"/>
    public async Task<bool> MatchesAsync(PasswordHash hash, string password)
    {
        var derived = await DeriveAsync(password, hash.Salt, hash.Iterations);
        return CryptographicOperations.FixedTimeEquals(hash.Hash, derived);
    }

    /// <summary>Takes as long as a comparison: timing is not to tell which names exist.</summary>
    public Task PretendAsync(string password) =>
        DeriveAsync(password, new byte[SaltBytes], options.Value.PasswordIterations);

    /// <summary>Whether it was made with less than what is asked for now.</summary>
    public bool IsOutdated(PasswordHash hash) => hash.Iterations < options.Value.PasswordIterations;

    public void Dispose() => _cores.Dispose();

    private async Task<byte[]> DeriveAsync(string password, byte[] salt, int iterations)
    {
        if (Interlocked.Increment(ref _waiting) > WaitingMax)
        {
            Interlocked.Decrement(ref _waiting);
            throw new BusyException("More people sign in than the server can check; nothing was done.", BusyRetryAfter);
        }
        try
        {
            await _cores.WaitAsync();
        }
        finally
        {
            Interlocked.Decrement(ref _waiting);
        }
        try
        {
            return await Task.Run(() => Rfc2898DeriveBytes.Pbkdf2(
                password, salt, iterations, HashAlgorithmName.SHA256, HashBytes));
        }
        finally
        {
            _cores.Release();
        }
    }
}
