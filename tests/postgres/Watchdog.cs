using System.Diagnostics;

namespace Engage.Postgres;

/// <summary>
/// A shell that does nothing but read from a pipe. When the pipe ends, because its holder is done or dead, it ends the
/// server and removes the folder. It ignores the signals of a terminal, which reach the whole group.
/// </summary>
internal static class Watchdog
{
    private const string Script = """
        trap '' INT TERM HUP
        cat >/dev/null
        pid=$(head -n 1 "$1/data/postmaster.pid" 2>/dev/null)
        if [ -n "$pid" ]; then
            kill -QUIT "$pid" 2>/dev/null
            turns=0
            while kill -0 "$pid" 2>/dev/null && [ "$turns" -lt 100 ]; do sleep 0.1; turns=$((turns + 1)); done
        fi
        for mount in "$1"/*; do
            if mountpoint -q "$mount" 2>/dev/null; then umount -l "$mount"; fi
        done
        rm -rf "$1"
        """;

    public static Process Start(string folder) => Process.Start(
        new ProcessStartInfo("/bin/sh", ["-c", Script, "sh", folder])
        {
            RedirectStandardInput = true,
            WorkingDirectory = "/",
        })!;
}
