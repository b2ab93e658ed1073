using System.Diagnostics.CodeAnalysis;
using System.Text.RegularExpressions;

namespace Engage.Deploy.Tests;

/// <summary>
/// Reads from the deployment's files what the tests compare. Their layout is ours - two spaces, one service after the
/// other - so lines tell enough, and the real tools check the rest where they are installed.
/// </summary>
internal static partial class DeployFiles
{
    public static string Compose { get; } = Read("docker-compose.yml");

    public static string[] Dockerfiles { get; } = ["deploy/Dockerfile.api", "deploy/Dockerfile.silo"];

    /// <summary>The script and the parts that it reads.</summary>
    public static string[] Scripts { get; } =
    [
        "engage",
        .. Directory.EnumerateFiles(Path.Combine(SourceTree.Root, "deploy", "local"), "*.sh")
            .Select(SourceTree.Relative),
    ];

    public static string[] Services { get; } =
        [.. ServiceName().Matches(Section("services")).Select(match => match.Groups["name"].Value)];

    public static string Read(string path) => File.ReadAllText(Path.Combine(SourceTree.Root, path));

    public static bool Exists(string path)
    {
        var full = Path.Combine(SourceTree.Root, path);
        return File.Exists(full) || Directory.Exists(full);
    }

    /// <returns>The first group of every match; ^ and $ are those of lines.</returns>
    public static IEnumerable<string> Find(this string text, [StringSyntax("Regex")] string pattern) =>
        Regex.Matches(text, pattern, RegexOptions.Multiline).Select(match => match.Groups[1].Value);

    private static string Section(string name)
    {
        var start = Compose.IndexOf($"\n{name}:\n", StringComparison.Ordinal) + name.Length + 2;
        var end = NextSection().Match(Compose, start + 1);
        return Compose[start..end.Index];
    }

    [GeneratedRegex(@"^  (?<name>[a-z0-9-]+):$", RegexOptions.Multiline)]
    private static partial Regex ServiceName();

    [GeneratedRegex(@"^[a-z]", RegexOptions.Multiline)]
    private static partial Regex NextSection();
}
