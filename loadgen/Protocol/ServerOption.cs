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

    private static Uri? Parse(ArgumentResult result)
    {
        var text = result.Tokens[0].Value;
        if (Uri.TryCreate(text, UriKind.Absolute, out var address) && address.Scheme is "http" or "https")
            return address;
        result.AddError($"--server {text}: expected an address such as http://localhost:5080.");
        return null;
    }
}
