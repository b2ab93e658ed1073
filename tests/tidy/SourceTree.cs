using System.Runtime.CompilerServices;

namespace Engage.Tidy.Tests;

/// <summary>
/// The repository's own files, as they are in the working tree; what builds leave behind is not ours.
/// </summary>
internal static class SourceTree
{
    private static readonly string[] Ignored = ["artifacts", "node_modules", "dist", "data", ".git", "bin", "obj"];

    public static string Root { get; } = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(ThisFile())!, "..", ".."));

    public static IEnumerable<string> Files(params string[] extensions) =>
        Walk(Root).Where(path => extensions.Contains(Path.GetExtension(path)));

    public static string Relative(string path) => Path.GetRelativePath(Root, path).Replace('\\', '/');

    private static IEnumerable<string> Walk(string folder)
    {
        foreach (var file in Directory.EnumerateFiles(folder)) yield return file;
        foreach (var child in Directory.EnumerateDirectories(folder))
            if (!Ignored.Contains(Path.GetFileName(child)))
                foreach (var file in Walk(child))
                    yield return file;
    }

    private static string ThisFile([CallerFilePath] string path = "") => path;
}
