using System.Text.RegularExpressions;

namespace Engage.Tidy.Tests;

/// <summary>Style as a unit test: what a reviewer would otherwise say again and again.</summary>
public sealed partial class TidyTests
{
    private const int LinesMax = 500;
    private const int ColumnsMax = 120;

    [Fact]
    public void FilesStayReadable()
    {
        var tooLong = SourceTree.Files(".cs", ".ts", ".svelte")
            .Select(path => (Path: path, Lines: File.ReadLines(path).Count()))
            .Where(file => file.Lines > LinesMax)
            .Select(file =>
                $"{SourceTree.Relative(file.Path)}: {file.Lines} lines, at most {LinesMax}; "
                + "split it by responsibility");

        Assert.Empty(tooLong);
    }

    [Fact]
    public void LinesFitTheScreen()
    {
        var tooWide =
            from path in SourceTree.Files(".cs", ".ts")
            from line in File.ReadLines(path).Select((text, index) => (Text: text, Number: index + 1))
            where line.Text.Length > ColumnsMax && !line.Text.Contains("http", StringComparison.Ordinal)
            select $"{SourceTree.Relative(path)}:{line.Number}: {line.Text.Length} columns, at most {ColumnsMax}";

        Assert.Empty(tooWide);
    }

    [Fact]
    public void NamesSaySomething()
    {
        var vague =
            from path in SourceTree.Files(".cs")
            where !IsThisProject(path)
            from Match match in VagueTypeName().Matches(File.ReadAllText(path))
            where match.Groups["name"].Value is not "ObserverManager" // Orleans' own name.
            select $"{SourceTree.Relative(path)}: '{match.Groups["name"].Value}'; name what it does";

        Assert.Empty(vague);
    }

    [Fact]
    public void TimeAndChanceArePassedIn()
    {
        var banned =
            from path in SourceTree.Files(".cs")
            where !IsThisProject(path)
            from line in File.ReadLines(path).Select((text, index) => (Text: text, Number: index + 1))
            where BannedApi().IsMatch(line.Text)
            select $"{SourceTree.Relative(path)}:{line.Number}: {line.Text.Trim()}; "
                + "use TimeProvider or a seeded source";

        Assert.Empty(banned);
    }

    [Fact]
    public void NothingIsLeftForLater()
    {
        var unfinished =
            from path in SourceTree.Files(".cs", ".ts", ".svelte", ".sh")
            where !IsThisProject(path)
            from line in File.ReadLines(path).Select((text, index) => (Text: text, Number: index + 1))
            where Unfinished().IsMatch(line.Text)
            select $"{SourceTree.Relative(path)}:{line.Number}: {line.Text.Trim()}";

        Assert.Empty(unfinished);
    }

    [Fact]
    public void LockFileNamesNoDownloadAddress()
    {
        var lockFile = Path.Combine(SourceTree.Root, "web", "package-lock.json");

        var addresses = File.ReadLines(lockFile).Where(line => line.Contains("\"resolved\": \"http", StringComparison.Ordinal));

        Assert.Empty(addresses);
    }

    private static bool IsThisProject(string path) =>
        SourceTree.Relative(path).StartsWith("tests/tidy/", StringComparison.Ordinal);

    [GeneratedRegex(
        @"\b(class|record|struct|interface|enum)\s+(struct\s+)?"
        + @"(?<name>\w*(Manager|Helper|Helpers|Util|Utils|Common|Misc|Service|Impl))\b(?<!BackgroundService)")]
    private static partial Regex VagueTypeName();

    [GeneratedRegex(
        @"\bDateTime(Offset)?\.(UtcNow|Now|Today)\b|\bRandom\.Shared\b|\bnew Random\(\)"
        + @"|\bThread\.Sleep\b|\bTask\.Delay\((?![^)]*(time|Time|clock))")]
    private static partial Regex BannedApi();

    [GeneratedRegex(@"\b(TODO|FIXME|HACK|XXX)\b|NotImplementedException|Skip\s*=\s*""")]
    private static partial Regex Unfinished();
}
