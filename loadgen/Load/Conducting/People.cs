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

    public async Task<IReadOnlyList<Person>> TakeAsync(
        int count, Action<string> tell, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(tell);
        var people = new Person[Math.Min(count, accounts)];
        var done = 0;
        await Parallel.ForAsync(
            0, people.Length, new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellation },
            async (number, token) =>
            {
                people[number] = await SignInAsync(number, token);
                tell(string.Create(
                    CultureInfo.InvariantCulture, $"{Interlocked.Increment(ref done)} of {people.Length} accounts"));
            });
        return people;
    }

    private async Task<Person> SignInAsync(int number, CancellationToken cancellation)
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"load-{number}");
        // The same in every run, and known to nobody who does not know the service's secret.
        var password = Convert.ToHexString(HMACSHA256.HashData(
            Encoding.UTF8.GetBytes(secret), Encoding.UTF8.GetBytes(name)));
        await client.RegisterAsync(name, password, name, cancellation);
        var session = await client.SignInAsync(name, password, cancellation);
        return new(session.User, session.Token);
    }
}
