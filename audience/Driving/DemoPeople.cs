using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Engage.Audience.Driving;

/// <summary>An account that visitors, or simulated listeners, may use.</summary>
internal sealed record DemoAccount(string UserName, string Password, string DisplayName);

/// <summary>
/// The demo's accounts. Their passwords follow from the service's secret, which is random and stays on this machine:
/// they are the same at every start, and nobody else can know them.
/// </summary>
internal sealed class DemoPeople(string secret)
{
    private const string Letters = "abcdefghijkmnpqrstuvwxyz23456789";
    private const int PasswordLength = 16;

    /// <summary>Owns a creator, whose dashboard can be seen with it, and the community with her rooms.</summary>
    public DemoAccount Teacher { get; } = Make(secret, "teacher", "周明远");

    /// <summary>For visitors: their passwords are printed.</summary>
    public IReadOnlyList<DemoAccount> Visitors =>
    [
        Make(secret, "demo", "Robin"),
        Make(secret, "xiaolin", "小林"),
        Teacher,
    ];

    public DemoAccount Listener(int number, string displayName) =>
        Make(secret, string.Create(CultureInfo.InvariantCulture, $"listener-{number:00}"), displayName);

    private static DemoAccount Make(string secret, string userName, string displayName) =>
        new(userName, PasswordOf(secret, userName), displayName);

    /// <summary>80 bits, in groups that people can type.</summary>
    private static string PasswordOf(string secret, string userName)
    {
        var hash = HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), Encoding.UTF8.GetBytes($"demo {userName}"));
        var letters = hash.Take(PasswordLength).Select(b => Letters[b % Letters.Length]);
        return string.Join('-', letters.Chunk(4).Select(four => new string(four)));
    }
}
