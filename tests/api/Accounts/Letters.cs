using System.Text;

namespace Engage.Api.Tests.Accounts;

/// <summary>What a server without a mail server has laid into its outbox.</summary>
internal static class Letters
{
    /// <summary>The text of the user's letter with this number, once it is there and whole.</summary>
    public static async Task<string> ReadAsync(RunningServer server, string user, int number)
    {
        var folder = Path.Combine(server.Folder, "outbox", user);
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30), TimeProvider.System);
        while (true)
        {
            var letters = Directory.Exists(folder)
                ? new DirectoryInfo(folder).GetFiles("*.eml").OrderBy(file => file.CreationTimeUtc).ToArray()
                : [];
            if (letters.Length > number && Body(await File.ReadAllTextAsync(letters[number].FullName)) is { } text)
                return text;
            await Task.Yield();
            patience.Token.ThrowIfCancellationRequested();
        }
    }

    private static string? Body(string letter)
    {
        var parts = letter.Replace("\r\n", "\n", StringComparison.Ordinal).Split("\n\n", 2);
        if (parts.Length < 2 || !letter.EndsWith('\n')) return null;
        try
        {
            return Encoding.UTF8.GetString(
                Convert.FromBase64String(parts[1].Replace("\n", "", StringComparison.Ordinal)));
        }
        catch (FormatException)
        {
            return null;
        }
    }
}
