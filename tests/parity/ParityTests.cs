using Orleans;

namespace Engage.Parity.Tests;

/// <summary>Who writes grains against this engine's API writes them against Orleans' own.</summary>
public sealed class ParityTests
{
    private static readonly IReadOnlyDictionary<string, ApiType> Ours = ReadOurs();

    private static readonly Lazy<Dictionary<string, ApiType>> Theirs = new(OrleansAssemblies.ReadTypes);

    [OrleansFact]
    public void EveryTypeAndMemberThatOrleansHasTooIsTheSame()
    {
        var unknown = Differences().Except(KnownDifferences.Reasons.Keys).Order().ToArray();

        Assert.True(unknown.Length == 0, string.Join("\n", unknown.Prepend("Ours differ:")));
    }

    [OrleansFact]
    public void EveryTypeIsComparedOrItsAssemblyIsNamed()
    {
        var missing = Ours.Keys.Where(name => !IsCompared(name) && !KnownDifferences.Elsewhere.ContainsKey(name))
            .Order()
            .ToArray();

        Assert.True(
            missing.Length == 0, string.Join("\n", missing.Prepend("Not in Orleans, nor said where they are:")));
    }

    [OrleansFact]
    public void AKnownDifferenceThatIsNoneAnyMoreIsStruckOff()
    {
        var compared = KnownDifferences.Reasons.Keys.Where(known => IsCompared(known.Split(": ")[0]));

        Assert.Empty(compared.Except(Differences()));
    }

    [Fact]
    public void TheTypesThatAreSaidToBeElsewhereAreOurs() =>
        Assert.Empty(KnownDifferences.Elsewhere.Keys.Except(Ours.Keys));

    private static IEnumerable<string> Differences() => Ours.Values
        .Where(type => IsCompared(type.Name))
        .SelectMany(type => ApiComparison.Differences(type, Theirs.Value[type.Name]));

    private static bool IsCompared(string name) => Theirs.Value.ContainsKey(name)
        && (OrleansAssemblies.AreAllHere || !KnownDifferences.Elsewhere.ContainsKey(name));

    private static Dictionary<string, ApiType> ReadOurs()
    {
        using var file = File.OpenRead(typeof(IGrainFactory).Assembly.Location);
        return ApiReader.Read(file).Values
            .Where(type => !type.Name.StartsWith("Engage.", StringComparison.Ordinal))
            .ToDictionary(type => type.Name);
    }
}
