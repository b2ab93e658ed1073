using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Engage.LoadGen.Protocol;
using Engage.LoadGen.Servers;

namespace Engage.LoadGen.Load.Conducting;

/// <summary>Somebody whom the generator may speak as.</summary>
public sealed record Person(string User, string Token);

/// <summary>Where the people of a run come from.</summary>
public interface IPeopleSource
{
    /// <summary>At most so many people; a source may have fewer, who then have several connections each.</summary>
    Task<IReadOnlyList<Person>> TakeAsync(int count, Action<string> tell, CancellationToken cancellation);

    /// <summary>How often tokens have to be renewed; null: they outlive any run.</summary>
    TimeSpan? RenewEvery => null;

    /// <returns>The same people in the same order, with their next tokens.</returns>
    Task<IReadOnlyList<Person>> RenewAsync(CancellationToken cancellation) =>
        throw new NotSupportedException($"{GetType().Name}: tokens outlive any run.");
}

/// <summary>People whose tokens are made with the platform's own key: as many as wanted, at once.</summary>
public sealed class MintedPeople(TokenKey key, TimeProvider time) : IPeopleSource
{
    public Task<IReadOnlyList<Person>> TakeAsync(int count, Action<string> tell, CancellationToken cancellation) =>
        Task.FromResult<IReadOnlyList<Person>>([.. Enumerable.Range(0, count).Select(Mint)]);

    private Person Mint(int number)
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"load-{number}");
        return new($"u-{name}", key.Issue($"u-{name}", name, time.GetUtcNow()));
    }
}

/// <summary>
/// People who register and sign in like everybody, which costs the server two slow password hashes each and is limited
/// to some tens a minute: few accounts, used by many connections, and the same ones in every run.
/// </summary>
public sealed class RegisteredPeople(EngageClient client, string secret, int accounts) : IPeopleSource
{
    private const int AtOnce = 4;

    /// <summary>Of a token's life: twice may a renewal fail before the last one has to do.</summary>
    private const double RenewAfter = 0.3;
    private UserSession[] _sessions = [];

    public TimeSpan? RenewEvery => _sessions.Length == 0 ? null : _sessions.Min(each => each.Lifetime) * RenewAfter;

    public async Task<IReadOnlyList<Person>> TakeAsync(
        int count, Action<string> tell, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(tell);
        var sessions = new UserSession[Math.Min(count, accounts)];
        var done = 0;
        await Parallel.ForAsync(
            0, sessions.Length, new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellation },
            async (number, token) =>
            {
                sessions[number] = await SignInAsync(number, token);
                tell(string.Create(
                    CultureInfo.InvariantCulture, $"{Interlocked.Increment(ref done)} of {sessions.Length} accounts"));
            });
        _sessions = sessions;
        return People();
    }

    /// <summary>Signing in again would cost a slow hash each and be limited; a refresh is neither.</summary>
    public async Task<IReadOnlyList<Person>> RenewAsync(CancellationToken cancellation)
    {
        await Parallel.ForAsync(
            0, _sessions.Length, new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellation },
            async (number, token) => _sessions[number] = await client.RefreshAsync(_sessions[number], token));
        return People();
    }

    private Person[] People() => Array.ConvertAll(_sessions, session => new Person(session.User, session.Token));

    private async Task<UserSession> SignInAsync(int number, CancellationToken cancellation)
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"load-{number}");
        // The same in every run, and known to nobody who does not know the service's secret.
        var password = Convert.ToHexString(HMACSHA256.HashData(
            Encoding.UTF8.GetBytes(secret), Encoding.UTF8.GetBytes(name)));
        await client.RegisterAsync(name, password, name, cancellation);
        return await client.SignInAsync(name, password, cancellation);
    }
}
