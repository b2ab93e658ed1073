using System.Reflection;
using Orleans;
using Orleans.Runtime;

namespace Engage.Contracts.Tests;

/// <summary>
/// What crosses between grains is read by other versions and other processes: it is marked, its ids are unique, and it
/// only grows. <c>wire-contract.txt</c> is the list; a line may be added, or become "retired" when a member goes.
/// </summary>
public sealed class WireContractTests
{
    private const string Retired = "retired";

    private static string[] Listed { get; } = ReadList();

    [Fact]
    public void EveryTypeThatCrossesIsSerializableAndHasAnAlias()
    {
        var unmarked = WireTypes.Types
            .Where(type => !type.IsEnum)
            .Where(type => !type.IsDefined(typeof(GenerateSerializerAttribute))
                || !type.IsDefined(typeof(AliasAttribute), inherit: false))
            .Select(type => $"{type} needs [GenerateSerializer] and [Alias]");

        Assert.Empty(unmarked);
    }

    [Fact]
    public void EveryMemberThatCrossesHasAnIdOfItsOwn()
    {
        var wrong = WireTypes.Types.Where(type => !type.IsEnum).SelectMany(type => WireTypes.StateOf(type)
            .Where(member => !member.IsDefined(typeof(IdAttribute)))
            .Select(member => $"{type}.{member.Name} has no [Id]")
            .Concat(WireTypes.MembersOf(type)
                .GroupBy(member => member.Id)
                .Where(group => group.Count() > 1)
                .Select(group => $"{type} has id {group.Key} twice")));

        Assert.Empty(wrong);
    }

    [Fact]
    public void AliasesAreUnique()
    {
        var twice = WireTypes.Types.Concat(WireTypes.Interfaces)
            .SelectMany(type => type.GetCustomAttributes<AliasAttribute>(inherit: false)
                .Select(alias => (alias.Alias, Type: type)))
            .GroupBy(pair => pair.Alias)
            .Where(group => group.Count() > 1)
            .Select(group => $"{group.Key}: {string.Join(", ", group.Select(pair => pair.Type))}");

        Assert.Empty(twice);
    }

    [Fact]
    public void GrainInterfacesAndTheirMethodsHaveAliases()
    {
        var unmarked = WireTypes.Interfaces
            .Where(type => !type.IsDefined(typeof(AliasAttribute)))
            .Select(type => $"{type} needs [Alias]")
            .Concat(WireTypes.Interfaces.SelectMany(WireTypes.MethodsOf)
                .Where(method => !method.IsDefined(typeof(AliasAttribute)))
                .Select(method => $"{method.DeclaringType}.{method.Name} needs [Alias]"));

        Assert.Empty(unmarked);
    }

    [Fact]
    public void WhatCrossesOnlyGrows()
    {
        var now = Lines().ToArray();

        var gone = Listed.Where(line => !line.EndsWith(Retired, StringComparison.Ordinal)).Except(now);
        var added = now.Except(Listed);

        Assert.True(!gone.Any(), string.Join("\n", gone.Prepend(
            "Other versions still send these; keep them, or write \"retired\" for what they were and never use the id "
            + "again:")));
        Assert.True(!added.Any(), string.Join("\n", added.Prepend("Add these lines to wire-contract.txt:")));
    }

    [Fact]
    public void ARetiredIdIsNotUsedAgain()
    {
        var retired = Listed.Where(line => line.EndsWith(Retired, StringComparison.Ordinal))
            .Select(line => line[..^Retired.Length])
            .ToArray();

        Assert.DoesNotContain(
            Lines(), line => retired.Any(gone => line.StartsWith(gone, StringComparison.Ordinal)));
    }

    /// <summary>One line per member, enum value and method, in a stable order.</summary>
    private static IEnumerable<string> Lines() => WireTypes.Types.SelectMany(type => type.IsEnum
            ? Enum.GetNames(type).Select(name => $"{WireTypes.NameOf(type)} {(int)Convert.ChangeType(
                Enum.Parse(type, name), typeof(int), null)} {name}")
            : WireTypes.MembersOf(type).Select(member =>
                $"{WireTypes.NameOf(type)} {member.Id} {member.Member.Name}: {WireTypes.NameOf(member.Type)}"))
        .Concat(WireTypes.Interfaces.SelectMany(type => WireTypes.MethodsOf(type).Select(method =>
            $"{WireTypes.NameOf(type)} {method.GetCustomAttribute<AliasAttribute>()?.Alias}({Parameters(method)}): "
            + WireTypes.NameOf(method.ReturnType))))
        .Order(StringComparer.Ordinal);

    private static string Parameters(MethodInfo method) =>
        string.Join(", ", method.GetParameters().Select(parameter => WireTypes.NameOf(parameter.ParameterType)));

    private static string[] ReadList()
    {
        using var file = typeof(WireContractTests).Assembly.GetManifestResourceStream("wire-contract.txt")!;
        using var reader = new StreamReader(file);
        return reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
    }
}
