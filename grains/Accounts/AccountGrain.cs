using System.Security.Cryptography;
using Engage.Contracts;
using Engage.Contracts.Accounts;

namespace Engage.Grains.Accounts;

internal sealed class AccountGrain(
    [PersistentState("account")] IPersistentState<AccountState> state, TimeProvider time) : Grain, IAccountGrain
{
    public async Task<Account?> RegisterAsync(string password, string displayName)
    {
        if (state.RecordExists) return null;

        state.State = new AccountState
        {
            User = $"u-{Guid.CreateVersion7(time.GetUtcNow()):n}",
            DisplayName = displayName,
            Password = await PasswordHash.CreateAsync(password),
        };
        await state.WriteStateAsync();
        return View();
    }

    public async Task<Account?> VerifyAsync(string password)
    {
        if (state.RecordExists) return await state.State.Password.MatchesAsync(password) ? View() : null;

        // As slow as a wrong password, so that timing does not tell which names exist.
        await PasswordHash.CreateAsync(password);
        DeactivateOnIdle();
        return null;
    }

    public Task<Account?> GetAsync() => Task.FromResult(state.RecordExists ? View() : null);

    private Account View() => new(new UserId(state.State.User), this.GetPrimaryKeyString(), state.State.DisplayName);
}

/// <summary>What an account grain stores.</summary>
public sealed class AccountState
{
    public string User { get; set; } = "";
    public string DisplayName { get; set; } = "";
    public PasswordHash Password { get; set; } = new();
}

/// <summary>
/// PBKDF2-HMAC-SHA256 with the parameters kept beside the hash, so that they can be raised later. Derived on the thread
/// pool: it takes a good part of a second, and a turn must not hold its thread for so long.
/// </summary>
public sealed class PasswordHash
{
    /// <summary>The OWASP Password Storage Cheat Sheet's figure for this function.</summary>
    private const int IterationsNow = 600_000;
    private const int SaltBytes = 16;
    private const int HashBytes = 32;

    public int Iterations { get; set; }
    public byte[] Salt { get; set; } = [];
    public byte[] Hash { get; set; } = [];

    public static async Task<PasswordHash> CreateAsync(string password)
    {
        var salt = RandomNumberGenerator.GetBytes(SaltBytes);
        return new()
        {
            Iterations = IterationsNow, Salt = salt, Hash = await DeriveAsync(password, salt, IterationsNow),
        };
    }

    public async Task<bool> MatchesAsync(string password)
    {
        var derived = await DeriveAsync(password, Salt, Iterations);
        return CryptographicOperations.FixedTimeEquals(Hash, derived);
    }

    private static Task<byte[]> DeriveAsync(string password, byte[] salt, int iterations) => Task.Run(() =>
        Rfc2898DeriveBytes.Pbkdf2(password, salt, iterations, HashAlgorithmName.SHA256, HashBytes));
}
