using System.Globalization;

namespace Engage.Storage.Postgres;

/// <summary>
/// The name under which Orleans' relational grain storage keeps a state. Plain names stay as they are; of a generic
/// type's full name only types and assembly names are kept, so that a new assembly version finds the old rows.
/// </summary>
internal static class OrleansTypeName
{
    private const char Arity = '`';

    public static string WithoutVersions(string name)
    {
        if (!name.Contains(Arity, StringComparison.Ordinal)) return name;

        var parts = name.Split(['[', ']'], StringSplitOptions.RemoveEmptyEntries)
            .Where(part => part.Length > 1 && part[0] != ',')
            .Select(WithoutVersion);
        return Join(new Queue<string>(parts));
    }

    /// <summary>"Type, Assembly, Version=..." becomes "Type, Assembly" and "Type, Assembly" becomes "Type".</summary>
    /// <remarks>The second is Orleans' own habit; rows written with it must be found.</remarks>
    private static string WithoutVersion(string part)
    {
        var first = part.IndexOf(',', StringComparison.Ordinal);
        if (first < 0) return part;
        var second = part.IndexOf(',', first + 1);
        return part[..(second < 0 ? first : second)];
    }

    private static string Join(Queue<string> parts)
    {
        var type = parts.Dequeue();
        var mark = type.IndexOf(Arity, StringComparison.Ordinal);
        if (mark < 0) return type;

        var count = int.Parse(type.AsSpan(mark + 1), NumberStyles.Integer, CultureInfo.InvariantCulture);
        if (count <= 0) return type;
        var arguments = new string[count];
        for (var i = 0; i < count; i++) arguments[i] = $"[{Join(parts)}]";
        return $"{type}[{string.Join(',', arguments)}]";
    }
}
