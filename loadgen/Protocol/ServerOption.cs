using System.CommandLine;
using System.CommandLine.Parsing;

namespace Engage.LoadGen.Protocol;

/// <summary>The option <c>--server</c> of every program that speaks to a platform.</summary>
public static class ServerOption
{
    /// <param name="description">What the address is for.</param>
    public static Option<Uri?> Create(string description) => new("--server")
    {
        Description = description,
        CustomParser = Parse,
    };

    public static Option<string?> CreateClientId() => new("--client-id")
    {
        Description = "Service account of --server; default: ENGAGE_CLIENT_ID.",
        DefaultValueFactory = _ => Environment.GetEnvironmentVariable("ENGAGE_CLIENT_ID"),
    };

    public static Option<string?> CreateClientSecret() => new("--client-secret")
    {
        Description = "Its secret; default: ENGAGE_CLIENT_SECRET, which other users of this machine cannot see.",
        DefaultValueFactory = _ => Environment.GetEnvironmentVariable("ENGAGE_CLIENT_SECRET"),
    };

    /// <exception cref="InvalidOperationException">One of both is missing.</exception>
    public static ServiceAccount Account(string? id, string? secret) =>
        id is not null && secret is not null
            ? new(id, secret)
            : throw new InvalidOperationException(
                "--server needs a service account: give --client-id and --client-secret, or set ENGAGE_CLIENT_ID and " +
                "ENGAGE_CLIENT_SECRET.");

    private static Uri? Parse(ArgumentResult result)
    {
        var text = result.Tokens[0].Value;
        if (Uri.TryCreate(text, UriKind.Absolute, out var address) && address.Scheme is "http" or "https")
            return address;
        result.AddError($"--server {text}: expected an address such as http://localhost:5080.");
        return null;
    }
}
