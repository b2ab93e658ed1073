using System.CommandLine;
using Engage.LoadGen.Load;
using Engage.LoadGen.Load.Conducting;

namespace Engage.LoadGen.Tests.Load;

/// <summary>The script answers <c>./engage load --help</c> itself, since a build for it would take a minute.</summary>
public sealed class HelpTests
{
    [Fact]
    public void TheScriptTellsOfEveryScenarioAndOption()
    {
        var script = File.ReadAllText(Script());
        var begin = script.IndexOf("help_load()", StringComparison.Ordinal);
        var help = script[begin..script.IndexOf("\nTEXT", begin, StringComparison.Ordinal)];

        Assert.All(ScenarioDefaults.All, each => Assert.Contains($"  {each.Name} ", help, StringComparison.Ordinal));
        Assert.All(LoadCommand.Create().Options, each => Assert.Contains(each.Name, help, StringComparison.Ordinal));
    }

    private static string Script()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "engage")))
            folder = folder.Parent;
        return Path.Combine(folder!.FullName, "engage");
    }
}
