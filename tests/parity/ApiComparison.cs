namespace Engage.Parity.Tests;

/// <summary>What of ours is not as theirs. Theirs may have more; ours may not have other.</summary>
internal static class ApiComparison
{
    public static IEnumerable<string> Differences(ApiType ours, ApiType theirs)
    {
        if (ours.Kind != theirs.Kind)
            yield return $"{ours.Name}: is {ours.Kind}, theirs is {theirs.Kind}";
        if (ours.Base != theirs.Base)
            yield return $"{ours.Name}: derives from {ours.Base}, theirs from {theirs.Base}";
        if (ours.Usage != theirs.Usage)
            yield return $"{ours.Name}: has another AttributeUsage";
        foreach (var added in ours.Interfaces.Except(theirs.Interfaces))
            yield return $"{ours.Name}: implements {added}, theirs does not";
        foreach (var member in ours.Members.Except(theirs.Members))
            yield return $"{ours.Name}: {member}";
    }
}
