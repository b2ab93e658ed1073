using System.ComponentModel;
using System.Diagnostics;

namespace Engage.LoadGen.Peers;

/// <summary>Installs the exact packages of a peer's lock file beside its program, once.</summary>
internal static class NodePackages
{
    /// <param name="peer">The folder's name below peers.</param>
    /// <returns>The folder; null and why when the packages cannot be had.</returns>
    public static async Task<(string? Folder, string Absence)> InstallAsync(string peer, CancellationToken cancellation)
    {
        var folder = Path.Combine(AppContext.BaseDirectory, "peers", peer);
        if (File.Exists(Path.Combine(folder, "node_modules", ".package-lock.json")))
            return (folder, "");
        // Where the network swallows packets, the answer must come all the same.
        string[] patience = ["--fetch-retries=1", "--fetch-timeout=20000"];
        var npm = new ProcessStartInfo("npm", ["--prefix", folder, "ci", "--no-audit", "--no-fund", .. patience])
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        try
        {
            using var process = Process.Start(npm)!;
            var errors = process.StandardError.ReadToEndAsync(cancellation);
            await process.StandardOutput.ReadToEndAsync(cancellation);
            await process.WaitForExitAsync(cancellation);
            return process.ExitCode == 0
                ? (folder, "")
                : (null, $"'npm ci' for {peer} failed: {(await errors).Trim()}");
        }
        catch (Win32Exception)
        {
            return (null, "Node.js and npm are missing.");
        }
    }
}
