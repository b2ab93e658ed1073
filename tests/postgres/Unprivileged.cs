namespace Engage.Postgres;

/// <summary>PostgreSQL refuses to run as root; root therefore lends it the name of somebody else.</summary>
internal static class Unprivileged
{
    private const string SetPriv = "/usr/bin/setpriv";

    public static bool IsRoot { get; } = Environment.UserName == "root";

    public static string? User { get; } = new[] { "postgres", "nobody" }.FirstOrDefault(Exists);

    /// <summary>Why root cannot do it here; null if it can.</summary>
    public static string? Missing =>
        User is null ? "PostgreSQL does not run as root, and there is neither a user 'postgres' nor 'nobody'"
        : File.Exists(SetPriv) ? null
        : $"PostgreSQL does not run as root, and {SetPriv} (util-linux) is missing";

    /// <summary>The command that runs <paramref name="command"/> as that user; setpriv becomes it, so that the process
    /// id is the command's own.</summary>
    public static string[] Command(params string[] command) =>
        IsRoot ? [SetPriv, $"--reuid={User}", $"--regid={GroupOf(User!)}", "--init-groups", .. command] : command;

    private static bool Exists(string user) => Entry(user) is not null;

    private static string GroupOf(string user) => Entry(user)![3];

    private static string[]? Entry(string user) => File.Exists("/etc/passwd")
        ? File.ReadLines("/etc/passwd").Select(line => line.Split(':')).FirstOrDefault(entry => entry[0] == user)
        : null;
}
