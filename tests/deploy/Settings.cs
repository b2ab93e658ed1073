namespace Engage.Deploy.Tests;

/// <summary>The settings that the code reads, from its options: <c>Storage:Kind</c> and so on.</summary>
internal static class Settings
{
    private static readonly (string Section, string File, string Type)[] Options =
    [
        ("Storage", "storage/StorageOptions.cs", "StorageOptions"),
        ("Cluster", "silo/ClusterNodeOptions.cs", "ClusterNodeOptions"),
        ("Management", "silo/Management/ManagementOptions.cs", "ManagementOptions"),
        ("Auth", "api/Accounts/AuthOptions.cs", "AuthOptions"),
        ("Mail", "grains/Mail/MailOptions.cs", "MailOptions"),
        ("Sandbox", "sandbox/SandboxOptions.cs", "SandboxOptions"),
    ];

    public static HashSet<string> All { get; } =
    [
        .. from option in Options
           from name in PropertiesOf(option.File, option.Type)
           select $"{option.Section}:{name}",
        .. SourceTree.Files(".cs")
            .Where(path => SourceTree.Relative(path).StartsWith("api/", StringComparison.Ordinal))
            .SelectMany(path => File.ReadAllText(path).Find(@"Configuration\[""([A-Za-z]+:[A-Za-z]+)""\]")),
    ];

    private static IEnumerable<string> PropertiesOf(string file, string type)
    {
        var text = DeployFiles.Read(file);
        var body = text[text.IndexOf($" class {type}", StringComparison.Ordinal)..];
        return body.Find(@"^    public [\w\[\]?<>]+ (\w+) \{ get; set; \}");
    }
}
